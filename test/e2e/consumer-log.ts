/** What one job of a run under act came to. */
export interface JobLog {
  /** `success`, `failure`, or undefined where it did not run. */
  readonly result: string | undefined
  /**
   * By the id of the step, then by the name of the output. Those within a composite are `outer.inner`: act takes the
   * outputs of the last inner step for those of the composite as well, so what it says of the outer one is not used.
   */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** The messages of `::warning::` and `::error::`. */
  readonly warnings: readonly string[]
  readonly errors: readonly string[]
  /** The lines of the log. */
  readonly text: string
}

interface Line {
  readonly msg?: string
  readonly jobID?: string
  readonly jobResult?: string
  readonly stepID?: readonly string[]
  readonly command?: string
  readonly name?: string
  readonly arg?: string
}

/** The job with that id, from act's log in JSON. */
export function readJob(log: string, jobId: string): JobLog {
  const lines = log
    .split('\n')
    .flatMap(lineOf)
    .filter((line) => line.jobID === jobId)
  const outputs: Record<string, Record<string, string>> = {}
  for (const { command, stepID, name, arg } of lines) {
    const step = stepID?.join('.')
    if (command !== 'set-output' || step === undefined || name === undefined) continue
    outputs[step] = { ...outputs[step], [name]: arg ?? '' }
  }
  const told = (kind: string) => lines.flatMap(({ command, arg }) => (command === kind ? [arg ?? ''] : []))
  return {
    result: lines.flatMap(({ jobResult }) => jobResult ?? []).at(-1),
    outputs,
    warnings: told('warning'),
    errors: told('error'),
    text: lines.map(({ msg }) => msg ?? '').join('\n'),
  }
}

function lineOf(text: string): Line[] {
  if (!text.startsWith('{')) return []
  const line: unknown = JSON.parse(text)
  return typeof line === 'object' && line !== null ? [line] : []
}
