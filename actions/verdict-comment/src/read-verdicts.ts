import { isInScope, parseVerdict, type Verdict } from '@hardgate/gate'
import {
  type Artifact,
  downloadArtifact,
  type GitHub,
  listArtifacts,
  readZip,
  ZipError,
  type ZipFile,
} from '@hardgate/github'

export interface VerdictsRead {
  readonly verdicts: readonly Verdict[]
  /** What was not taken and why, one line each; the lines may hold text out of the archive. */
  readonly refused: readonly string[]
}

// What a fork's code may upload is bounded before it is unpacked.
const MAX_PACKED_BYTES = 64 * 1024 * 1024
const MAX_FILE_BYTES = 8 * 1024 * 1024
// a coverage report beside the verdict counts here and is never unpacked
const MAX_BYTES = 4 * 1024 * 1024 * 1024
const MOST_ENTRIES = 10_000
const MOST_FILES = 20

export interface Wanted {
  readonly artifacts: readonly string[]
  readonly globs: readonly string[]
  readonly runId: number
}

/** The verdict files of a run's artifacts. They are the contributor's: each is data that has to fit the schema. Throws a `GitHubError`. */
export async function readVerdicts(github: GitHub, { artifacts, globs, runId }: Wanted): Promise<VerdictsRead> {
  const verdicts: Verdict[] = []
  const refused: string[] = []
  for (const name of artifacts) {
    const artifact = await newestOf(github, name, runId)
    if (artifact === undefined) {
      refused.push(`The run has no artifact "${name}": it ended before that was uploaded, or it has expired.`)
      continue
    }
    const archive = await downloadArtifact(github, artifact, { maxBytes: MAX_PACKED_BYTES })
    const read = await readArchive(archive, { name, globs, room: MOST_FILES - verdicts.length })
    verdicts.push(...read.verdicts)
    refused.push(...read.refused)
  }
  return { verdicts, refused }
}

/** A run that was repeated has one of each attempt; the newest speaks. */
async function newestOf(github: GitHub, name: string, runId: number): Promise<Artifact | undefined> {
  const { artifacts } = await listArtifacts(github, { name, runId, page: 1 })
  return artifacts.find(({ isExpired }) => !isExpired)
}

interface Reading {
  readonly name: string
  readonly globs: readonly string[]
  readonly room: number
}

async function readArchive(archive: Buffer, { name, globs, room }: Reading): Promise<VerdictsRead> {
  const verdicts: Verdict[] = []
  const refused: string[] = []
  try {
    const files = readZip(archive, { maxBytes: MAX_BYTES, maxEntries: MOST_ENTRIES })
    const wanted = files.filter(({ path }) => globs.some((glob) => isInScope(glob, path)))
    if (wanted.length === 0) refused.push(`Artifact "${name}" has no file that ${globs.join(' or ')} covers.`)
    if (wanted.length > room)
      refused.push(`Artifact "${name}": ${wanted.length - room} files are left out, ${MOST_FILES} are read at most.`)
    for (const file of wanted.slice(0, room)) {
      const read = await readOne(file)
      if (typeof read === 'string') refused.push(`Artifact "${name}": ${file.path} ${read}.`)
      else verdicts.push(read)
    }
  } catch (error) {
    if (!(error instanceof ZipError)) throw error
    refused.push(`Artifact "${name}" cannot be read: ${error.message}.`)
  }
  return { verdicts, refused }
}

/** A text says why it is no verdict. */
async function readOne({ size, read }: ZipFile): Promise<Verdict | string> {
  if (size > MAX_FILE_BYTES) return `has ${size} bytes, and a verdict has ${MAX_FILE_BYTES} at most`
  const chunks: Buffer[] = []
  for await (const chunk of read()) chunks.push(chunk)
  const parsed = parseVerdict(Buffer.concat(chunks).toString('utf8'))
  return 'verdict' in parsed ? parsed.verdict : `is no verdict: ${parsed.problems[0]}`
}
