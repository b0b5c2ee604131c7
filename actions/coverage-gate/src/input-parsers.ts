import { type AsyncParser, InputProblem, linesOf, type Parser, type SugarParser } from '@hardgate/action'
import type { PathRule } from '@hardgate/coverage'
import { parsePercent, sugarLine } from '@hardgate/gate'

/** The decimal digits of a percentage as they are written: a double would lose some of them. */
export function points(): Parser<string> {
  return {
    parse: (raw) => {
      const digits = raw.replace(/ ?%$/, '')
      if (parsePercent(digits) === undefined)
        throw new InputProblem('is not a percentage from 0 to 100. Write one such as 70 or 0.5.')
      return digits
    },
    example: 'a percentage such as 70',
  }
}

/** `off`, or sugar for a lower limit on that metric. */
export function minimum(metric: string): SugarParser<string | undefined> {
  const { parse } = points()
  return {
    parse: (raw, env) => {
      if (raw === 'off') return undefined
      try {
        return parse(raw, env)
      } catch {
        throw new InputProblem('is not a percentage from 0 to 100. Write one such as 70, or off.')
      }
    },
    whenEmpty: undefined,
    toLine: (raw) => (raw === 'off' ? '' : sugarLine(`${metric} >= {}%`, raw)),
    example: 'a percentage such as 70, or off',
  }
}

/** `from => to`, one a line. The package that maps paths reads them; it is loaded only where there are some. */
export function pathRules(): AsyncParser<readonly PathRule[]> {
  return {
    parse: async (raw) => {
      const { parsePathRules } = await import('@hardgate/coverage')
      const read = linesOf(raw).map((line) => ({ line, ...parsePathRules([line]) }))
      const problems = read.flatMap(({ line, problems: found }) =>
        found.map((problem) => new InputProblem(problem.replace(`${JSON.stringify(line)} `, ''), line)),
      )
      if (problems.length > 0) throw new AggregateError(problems)
      return read.flatMap(({ rules }) => rules)
    },
    whenEmpty: [],
  }
}

/** `auto`, or a commit as git names it. It becomes an argument of git, so it must not look like an option. */
export function commitish(): Parser<string> {
  return {
    parse: (raw) => {
      if (!/^[\w@][\w./@^~{}+-]*$/.test(raw) || raw.includes('..'))
        throw new InputProblem('is no commit. Write auto, a SHA or the name of a branch or tag.')
      return raw
    },
  }
}

/** A day in UTC, as milliseconds of its start. */
export function day(): Parser<number | undefined> {
  return {
    parse: (raw) => {
      const at = /^\d{4}-\d\d-\d\d$/.test(raw) ? Date.parse(`${raw}T00:00:00Z`) : Number.NaN
      // Date.parse takes 2026-02-30 for March 2
      if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== raw)
        throw new InputProblem('is no date. Write one such as 2026-03-31.')
      return at
    },
    whenEmpty: undefined,
  }
}
