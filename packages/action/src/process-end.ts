// A log that nobody reads any more must not keep the step alive.
const FLUSH_MS = 2000

/** Resolves with what nobody caught, or when nothing is left that could go on. */
export function listenForCrash(): Promise<unknown> {
  // a closed log is no bug of ours, and telling of it in that log would end in the same error
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  // Node prints a warning with whatever text it holds; what matters to a user is said elsewhere.
  process.removeAllListeners('warning')
  return new Promise((resolve) => {
    process.on('uncaughtException', resolve)
    process.on('unhandledRejection', resolve)
    process.once('beforeExit', () => resolve(new Error('nothing is left to wait for, and the run has not ended')))
  })
}

/** Pipes are asynchronous on some systems: all that was written goes out first. An open socket keeps nobody. */
export async function leave(status: number): Promise<never> {
  process.exitCode = status
  await Promise.race([Promise.all([flushed(process.stdout), flushed(process.stderr)]), late()])
  process.exit(status)
}

const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) return resolve()
    stream.write('', () => resolve())
  })

const late = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, FLUSH_MS)
  })
