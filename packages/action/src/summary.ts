import { appendFileSync, statSync } from 'node:fs'
import { fitBudget, SUMMARY_BYTES } from '@hardgate/markdown'

// below that not even the note of what was left out fits
const LEAST_ROOM = 1024

/** Appends the sections to the step's summary; false where the runner has none, or it is full or not writable. */
export function writeSummary(
  sections: readonly string[],
  path: string | undefined,
  redact: (text: string) => string,
): boolean {
  if (path === undefined || path === '') return false
  try {
    // the limit is the file's, and something in this step may have written to it before
    const room = SUMMARY_BYTES - statSync(path).size
    if (room < LEAST_ROOM) return false
    const text = fitBudget(sections.map(redact), room)
    if (text === '') return false
    appendFileSync(path, `${text}\n`)
    return true
  } catch {
    return false // the verdict is not less true without its summary
  }
}
