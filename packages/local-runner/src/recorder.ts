import type { Masker } from './masker.ts'
import type { Annotation } from './types.ts'

const MAX_ANNOTATIONS_OF_A_LEVEL = 10
const MAX_MESSAGE = 4096

/** What one entry of the job's page shows. The steps of a composite share one. */
export interface Recorder {
  readonly log: readonly string[]
  readonly raw: readonly string[]
  readonly annotations: readonly Annotation[]
  readonly summary: readonly string[]
  readonly addLine: (line: string) => void
  readonly addRaw: (text: string) => void
  readonly addSummary: (markdown: string) => void
  /** Into the log always; as an annotation only if it is among the first ten of its level. */
  readonly issue: (annotation: Annotation) => void
}

export function createRecorder(masker: Masker, onLine: (line: string) => void): Recorder {
  const log: string[] = []
  const raw: string[] = []
  const annotations: Annotation[] = []
  const summary: string[] = []
  const addLine = (text: string): void => {
    const line = masker.mask(text)
    log.push(line)
    onLine(line)
  }
  return {
    log,
    raw,
    annotations,
    summary,
    addLine,
    addRaw: (text) => raw.push(text),
    // Line by line, as the runner does: a secret of several lines is hidden because each line is registered.
    addSummary: (markdown) => summary.push(markdown.split('\n').map(masker.mask).join('\n')),
    issue: (annotation) => {
      const message = masker.mask(annotation.message).slice(0, MAX_MESSAGE)
      const count = annotations.filter(({ level }) => level === annotation.level).length
      if (count < MAX_ANNOTATIONS_OF_A_LEVEL) annotations.push({ ...annotation, message })
      if (message !== '') addLine(`${LABELS[annotation.level]}: ${message}`)
    },
  }
}

const LABELS = { error: 'Error', warning: 'Warning', notice: 'Notice' } as const
