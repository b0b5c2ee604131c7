export const TEXT_MAX = 200
export const LONG_MAX = 500

// C0, DEL and C1: a terminal reads U+009B as the start of a control sequence.
// oxlint-disable-next-line no-control-regex -- they are what is to be found
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g

/** Foreign text as the event holds it: each run of control characters is one blank, cut to `max` characters. */
export function eventText(text: string, max = TEXT_MAX): string {
  const plain = text.replace(CONTROLS, ' ').trim()
  return plain.length <= max ? plain : plain.slice(0, max).replace(/[\ud800-\udbff]$/, '')
}

/** A note of the event: a code, and what it is about. */
export function note(code: string, about?: string): string {
  const subject = about === undefined ? '' : eventText(about)
  return subject === '' ? code : `${code}: ${subject}`
}
