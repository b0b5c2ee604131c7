import { ExpectationError } from './judgement.ts'

/** Which status codes are good. */
export interface StatusSet {
  readonly text: string
  readonly has: (status: number) => boolean
}

interface Range {
  readonly from: number
  readonly to: number
}

/**
 * Reads `200-299,401,!204` and `2xx`. Empty text accepts any status but a redirect, which is never good unless it is
 * listed.
 */
export function parseStatusSet(text: string): StatusSet {
  const parts = text.split(',').map((part) => part.trim())
  if (text.trim() === '') return { text: 'any', has: (status) => status < 300 || status > 399 }
  const excluded = parts.filter((part) => part.startsWith('!')).map((part) => parseRange(part.slice(1).trim()))
  const included = parts.filter((part) => !part.startsWith('!')).map(parseRange)
  if (included.length === 0) {
    throw new ExpectationError(text, 'only excludes; write what is good first, such as 200-299,!204')
  }
  return { text: parts.join(','), has: (status) => isIn(included, status) && !isIn(excluded, status) }
}

function parseRange(text: string): Range {
  const [, family] = /^([1-5])xx$/i.exec(text) ?? []
  if (family !== undefined) return { from: Number(family) * 100, to: Number(family) * 100 + 99 }
  const [, from, to = from] = /^([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?$/.exec(text) ?? []
  if (from === undefined || Number(from) > Number(to)) {
    throw new ExpectationError(text, 'is not a status; write 200, 200-299, 2xx or !204')
  }
  return { from: Number(from), to: Number(to) }
}

const isIn = (ranges: readonly Range[], status: number): boolean =>
  ranges.some(({ from, to }) => from <= status && status <= to)
