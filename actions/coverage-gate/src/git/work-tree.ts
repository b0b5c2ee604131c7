import type { Disk, GoModule, RepositoryFile } from '@hardgate/coverage'

/** The most lines that any tool could count in a file, read as a stream; undefined: no such file. */
export async function lineCountOf(_path: string): Promise<number | undefined> {
  throw new Error('not written yet')
}

/** The disk as the path mapping asks for it. */
export function diskOf(_workspace: string): Disk {
  throw new Error('not written yet')
}

/** The files below a folder that is no git checkout, without `.git` and `node_modules`, links not followed. */
export async function walkFiles(_folder: string, _limit: { readonly maxFiles: number }): Promise<RepositoryFile[]> {
  throw new Error('not written yet')
}

/** The modules of all tracked go.mod files. */
export async function goModules(_workspace: string, _files: readonly RepositoryFile[]): Promise<GoModule[]> {
  throw new Error('not written yet')
}
