import { hideAll } from '@hardgate/http'
import { valueForms } from './value-forms.ts'

/** What the log and the summary must not show. */
export interface Masker {
  /** The registered values, in the order of registration. */
  readonly values: readonly string[]
  /** Registers the value, and each of its lines where it has several. */
  readonly add: (value: string) => void
  /** Replaces every registered value by `***`; values that overlap or touch become one. */
  readonly mask: (text: string) => string
}

export function createMasker(): Masker {
  const values: string[] = []
  const needles = new Set<string>()
  const addOne = (value: string): void => {
    if (value === '' || values.includes(value)) return
    values.push(value)
    for (const form of [value, ...valueForms(value)]) if (form !== '') needles.add(form)
  }
  return {
    values,
    add: (value) => {
      addOne(value)
      // Each line by itself too, because the log is masked line by line (actions/runner ActionCommandManager.cs).
      for (const line of value.split(/[\r\n]+/)) addOne(line)
    },
    mask: (text) => hideAll(text, needles),
  }
}
