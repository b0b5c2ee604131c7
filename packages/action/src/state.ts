import type { Frame } from './frame.ts'
import { InputProblem, type Parser } from './parsers.ts'

type Parsers = Readonly<Record<string, Parser<unknown>>>
type ValueOf<P> = P extends Parser<infer T> ? T : never

export interface State<P extends Parsers> {
  readonly save: <Name extends keyof P & string>(frame: Frame, name: Name, value: ValueOf<P[Name]>) => void
  /** undefined: the main stage saved none, or not one that can be read. */
  readonly load: <Name extends keyof P & string>(frame: Frame, name: Name) => ValueOf<P[Name]> | undefined
}

/** The values that pass from main to post, each read by a parser. No secret: state is a plain file. */
export function defineState<const P extends Parsers>(parsers: P): State<P> {
  return {
    save: (frame, name, value) => frame.saveState(name, parsers[name]?.print?.(value) ?? print(value)),
    load: <Name extends keyof P & string>(frame: Frame, name: Name) => {
      const raw = frame.getState(name)
      if (raw === '') return undefined
      try {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parser of this very name
        return parsers[name]?.parse(raw, frame.env) as ValueOf<P[Name]> | undefined
      } catch {
        return undefined
      }
    },
  }
}

/** RFC 3339, as `save` writes it. */
export function instant(): Parser<Date> {
  return {
    parse: (raw) => {
      const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(raw)
        ? Date.parse(raw)
        : Number.NaN
      if (Number.isNaN(at)) throw new InputProblem('is not a date and time. Write one such as 2026-03-01T12:00:00Z.')
      return new Date(at)
    },
    example: 'a date and time such as 2026-03-01T12:00:00Z',
  }
}

function print(value: unknown): string {
  if (value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.join('\n')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
