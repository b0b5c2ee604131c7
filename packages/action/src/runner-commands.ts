/** What the frame uses of `@actions/core`, handed in, so that a test can hand in another. */
export type RunnerCommands = Pick<
  typeof import('@actions/core'),
  'setSecret' | 'setOutput' | 'saveState' | 'getState' | 'error' | 'warning' | 'notice'
>
