import { ExpectationError } from './judgement.ts'

// `g` and `y` make a pattern remember its last hit, so that the same text would match only every other time
const PATTERN = /^\/([^]+)\/([a-z]*)$/

/** undefined: the text does not look like `/regex/flags`. */
export function parsePattern(text: string): RegExp | undefined {
  const [, source, flags = ''] = PATTERN.exec(text) ?? []
  if (source === undefined) return undefined
  if (/[^imsuv]/.test(flags)) {
    throw new ExpectationError(
      text,
      `reads as a regular expression, and its flags may only be i, m, s, u, v; for a text between slashes write "/${escapePattern(text)}/"`,
    )
  }
  try {
    return new RegExp(source, flags)
  } catch (error) {
    const problem = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : 'malformed'
    throw new ExpectationError(text, `is not a regular expression: ${problem}`)
  }
}

const escapePattern = (text: string): string => text.replaceAll(/[/\\^$.*+?()[\]{}|]/g, '\\$&')
