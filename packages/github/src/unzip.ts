import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { readZip } from './zip.ts'
import { ZipError, type ZipLimits } from './zip-limits.ts'

export interface ExtractedFile {
  /** Relative to the folder, with `/`. */
  readonly path: string
  readonly size: number
}

/**
 * Unpacks an archive below a folder, piece by piece; no file that is there is replaced. Throws a `ZipError`; what was
 * written until then stays.
 */
export async function unzipInto(archive: Buffer, folder: string, limits: ZipLimits): Promise<ExtractedFile[]> {
  const files = readZip(archive, limits)
  await mkdir(folder, { recursive: true })
  for (const { path, read } of files) {
    try {
      await writeFresh(join(folder, path), read())
    } catch (error) {
      if (error instanceof ZipError) throw error
      // a name that this file system knows by another name too, or a full disk
      const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
      throw new ZipError(`${path} cannot be written (${typeof code === 'string' ? code : 'unknown error'})`)
    }
  }
  return files.map(({ path, size }) => ({ path, size }))
}

async function writeFresh(target: string, bytes: AsyncIterable<Buffer>): Promise<void> {
  await mkdir(dirname(target), { recursive: true })
  const file = await open(target, 'wx')
  try {
    for await (const chunk of bytes) await file.writeFile(chunk)
  } finally {
    await file.close()
  }
}
