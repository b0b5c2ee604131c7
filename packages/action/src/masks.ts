import { hideAll, secretForms } from '@hardgate/http'

/** The secrets of this run: none of them leaves in a text of ours, in any of its forms. */
export interface Masks {
  /** Registers a secret, and each line of one with several lines, with the runner and here. */
  readonly add: (secret: string) => void
  /** Every form of every secret replaced by `***`. */
  readonly redact: (text: string) => string
  readonly holds: (text: string) => boolean
}

// A PEM key may end in a line of a letter or two: that one would hide every such letter of the log.
const SHORTEST_LINE = 4
// `1` for a secret would turn every number into stars; the runner still hides it in the log.
const SHORTEST_REPLACED = 4

/** `register` tells the runner, which from then on hides the value in the log and in the summary. */
export function createMasks(
  register: (form: string) => void,
  markdownForms: (secret: string) => readonly string[],
): Masks {
  const registered = new Set<string>()
  const needles = new Set<string>()
  const addOne = (secret: string): void => {
    for (const form of secretForms(secret)) {
      if (form === '' || registered.has(form)) continue
      registered.add(form)
      // The runner would take each line of it for a secret, the shortest too (actions/runner AddMaskCommandExtension).
      if (!/[\r\n]/.test(form)) register(form)
      for (const shape of [form, ...markdownForms(form)]) if (shape.length >= SHORTEST_REPLACED) needles.add(shape)
    }
  }
  return {
    add: (secret) => {
      const value = secret.trim()
      const parts = value.split(/[\r\n]+/).map((line) => line.trim())
      addOne(value)
      if (parts.length > 1) for (const line of parts) if (line.length >= SHORTEST_LINE) addOne(line)
    },
    redact: (text) => hideAll(text, needles),
    holds: (text) => [...needles].some((needle) => text.includes(needle)),
  }
}
