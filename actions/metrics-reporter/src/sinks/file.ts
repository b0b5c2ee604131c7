import { appendFile, lstat, mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { oneLine } from '@hardgate/markdown'
import type { Sink } from './sink.ts'

/** Appends the event as one line of JSON to a file, relative to the workspace. */
export const file: Sink = {
  encode: (event, { target }) => [
    {
      name: 'event',
      to: `append to ${oneLine(target)}`,
      contentType: 'application/json',
      body: `${JSON.stringify(event)}\n`,
    },
  ],
  deliver: async (payloads, { target }, _eventId, { workspace }) => {
    const path = resolve(workspace, target)
    const trouble = await append(path, payloads.map(({ body }) => body).join(''))
    return trouble === undefined
      ? { result: 'delivered', attempts: 1 }
      : { result: 'failed', attempts: 1, reason: trouble }
  },
}

async function append(path: string, text: string): Promise<string | undefined> {
  try {
    await mkdir(dirname(path), { recursive: true })
    // a named pipe would wait for a reader, for ever
    if (!(await isAppendable(path))) return 'the path is no regular file'
    await appendFile(path, text)
    return undefined
  } catch (error) {
    return `it cannot be written (${codeOf(error)})`
  }
}

async function isAppendable(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isFile()
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return true
    throw error
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
