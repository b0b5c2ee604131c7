import { open, stat } from 'node:fs/promises'
import { codeOf, UserError } from './errors.ts'

/** UTF-8 without its byte order mark. undefined: there is no such file. Throws a UserError above `maxBytes`. */
export async function readText(path: string, { maxBytes }: { readonly maxBytes: number }): Promise<string | undefined> {
  try {
    // asked before the open: opening a named pipe waits for a writer
    if (!(await stat(path)).isFile()) throw new UserError(`${path} is not a file.`)
    return await readWhole(path, maxBytes)
  } catch (error) {
    if (error instanceof UserError) throw error
    const code = codeOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new UserError(`${path} cannot be read (${code ?? 'unknown error'}).`)
  }
}

async function readWhole(path: string, maxBytes: number): Promise<string> {
  const file = await open(path)
  try {
    const chunks: Buffer[] = []
    let size = 0
    // counted while it is read: the file may still grow, and /proc names no size
    for await (const chunk of file.createReadStream({ autoClose: false })) {
      const bytes = Buffer.from(chunk)
      size += bytes.length
      if (size > maxBytes) throw new UserError(`${path} is larger than ${maxBytes} bytes.`)
      chunks.push(bytes)
    }
    return Buffer.concat(chunks)
      .toString('utf8')
      .replace(/^\uFEFF/, '')
  } finally {
    await file.close()
  }
}
