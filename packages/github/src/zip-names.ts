import { ZipError } from './zip-limits.ts'

const MAX_NAME_BYTES = 1024

/** The path of an entry, relative and without `..`; one that ends in `/` is a folder. Throws a `ZipError`. */
export function fileNameOf(raw: Buffer): string {
  if (raw.length > MAX_NAME_BYTES) throw new ZipError(`it holds a name of ${raw.length} bytes`)
  const name = decoded(raw)
  const parts = (name.endsWith('/') ? name.slice(0, -1) : name).split('/')
  // a backslash and a colon are separators on Windows: C:x, file:stream
  const isBad = parts.some((part) => part === '' || part === '.' || part === '..') || /[\\:\p{Cc}]/u.test(name)
  if (isBad)
    throw new ZipError(`it holds the name ${JSON.stringify(name)}, which leads out of the folder or has no place in it`)
  return name
}

/** Without its flag a name is in the code page of the writer; all of these share ASCII, and most writers mean UTF-8 anyway. */
function decoded(raw: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw)
  } catch {
    throw new ZipError('it holds a name that is not UTF-8')
  }
}

/** Two names for one file, also where the file system folds case or composes letters, and a file that is a folder too. */
export function refuseClashes(paths: readonly string[]): void {
  const files = new Map<string, string>()
  for (const path of paths) {
    const folded = fold(path)
    const before = files.get(folded)
    if (before !== undefined) throw new ZipError(`it holds ${path} twice${before === path ? '' : ` (as ${before})`}`)
    files.set(folded, path)
  }
  for (const path of paths) {
    const parts = fold(path).split('/')
    for (let length = 1; length < parts.length; length += 1)
      if (files.has(parts.slice(0, length).join('/'))) throw new ZipError(`a folder of ${path} is a file as well`)
  }
}

const fold = (path: string): string => path.normalize('NFC').toLowerCase()
