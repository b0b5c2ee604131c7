import { runAction } from '@hardgate/action'
import { contract } from './contract.ts'
import { inputs } from './inputs.ts'

await runAction({
  contract,
  inputs,
  // a chunk of its own: an input error is told without loading the client
  run: async (values, frame) => (await import('./verdict-comment.ts')).run(values, frame),
  presets: { result: 'failed' },
})
