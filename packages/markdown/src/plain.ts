// Terminal sequences, whole: CSI (colours, cursor), OSC and its kin up to their terminator, and the short ones. No body
// runs over another control character, so an unterminated sequence hides nothing and the scan stays linear.
const TERMINAL =
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\p{Cc}]*(?:\u0007|\u001b\\|\u009c)|\u001b[ -/]*[0-~]/gu
const LINE_ENDS = /\r\n|[\r\u2028\u2029]/g
// C0 but newline and tab, DEL, C1
const CONTROLS = /(?![\n\t])\p{Cc}/gu
// Zero width, bidi overrides and isolates, tag characters: text that reads otherwise than it is. The two selectors that
// make an emoji an emoji stay.
const INVISIBLE = /(?![\ufe0e\ufe0f])[\p{Default_Ignorable_Code_Point}\u2066-\u2069\ufff9-\ufffb]/gu
const LONE_SURROGATES = /\p{Surrogate}/gu

/** What a person can see of a text, in lines that end in `\n`: no control, terminal, bidi or zero-width characters. */
export function visible(text: string): string {
  return text
    .replace(TERMINAL, '')
    .replace(LINE_ENDS, '\n')
    .replace(CONTROLS, '')
    .replace(INVISIBLE, '')
    .replace(LONE_SURROGATES, '\ufffd')
}

/** The same in one line: every run of blanks and line ends is one blank, none at the ends. */
export function visibleLine(text: string): string {
  return visible(text.replace(/[\v\f\u0085]/g, ' '))
    .replace(/\s+/g, ' ')
    .trim()
}

/** At most `max` code points, the last of them an ellipsis where something was cut. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text
  let points = 0
  let end = 0
  for (const point of text) {
    points++
    if (points > max) return max < 1 ? '' : `${text.slice(0, end)}…`
    if (points < max) end += point.length
  }
  return text
}
