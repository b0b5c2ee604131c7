import type { GitHub, NamedArtifact, ZipFile } from '@hardgate/github'
import { oneLine } from '@hardgate/markdown'
import { ENTRIES_MAX } from './spool-artifact.ts'
import { ENTRY_BYTES_MAX, type ReadEntry, readEntry } from './spool-entry.ts'

export interface Archive {
  readonly entries: readonly ReadEntry[]
  /** What is in it and is not taken: which, and why, in one line each. */
  readonly refused: readonly string[]
}

const BYTES_MAX = ENTRIES_MAX * ENTRY_BYTES_MAX
// what the format itself adds to so many entries, whose names have a limit of their own
const ARCHIVE_BYTES_MAX = BYTES_MAX + ENTRIES_MAX * 4096

/**
 * What a job left in an artifact. Any code of that job can have made it, so it is unpacked in memory, within limits,
 * and no name in it becomes a path. Throws a `GitHubError` where it cannot be had at all.
 */
export async function readArchive(github: GitHub, artifact: NamedArtifact): Promise<Archive> {
  const { downloadArtifact, readZip, ZipError } = await import('@hardgate/github')
  const place = `artifact ${artifact.id} (${oneLine(artifact.name, 100)})`
  const archive = await downloadArtifact(github, artifact, { maxBytes: ARCHIVE_BYTES_MAX })
  const entries: ReadEntry[] = []
  const refused: string[] = []
  try {
    const limits = { maxEntries: ENTRIES_MAX, maxBytes: BYTES_MAX, maxFileBytes: ENTRY_BYTES_MAX }
    for (const file of readZip(archive, limits)) {
      const read = readEntry(await bytesOf(file))
      if (typeof read === 'string') refused.push(`${oneLine(file.path, 100)} in ${place}: ${read}`)
      else entries.push(read)
    }
  } catch (error) {
    if (!(error instanceof ZipError)) throw error
    refused.push(`${place}: ${oneLine(error.message, 200)}`)
  }
  return { entries, refused }
}

async function bytesOf({ read }: ZipFile): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of read()) chunks.push(chunk)
  return Buffer.concat(chunks)
}
