import { isAbsolute, relative, resolve, sep } from 'node:path'
import { InputProblem, type Parser, type SugarParser } from '@hardgate/action'
import { parsePercent, parseThresholds, sugarLine } from '@hardgate/gate'
import { METRICS } from './metrics.ts'

const OFF = 'off'

/** `off`, or the upper limit of the 95th percentile, as the threshold language has it: a time with its unit. */
export function p95Under(): SugarParser<string | undefined> {
  const toLine = (raw: string): string => (raw === OFF ? '' : sugarLine('p95 < {}', raw))
  return {
    parse: (raw) => {
      if (raw === OFF) return undefined
      const { thresholds, problems } = parseThresholds(toLine(raw), METRICS)
      const [problem] = problems
      if (problem !== undefined)
        throw new InputProblem(`is no limit: ${problem.problem}. Write one such as 500ms, or off.`)
      if (thresholds[0]?.limit.from !== 'value' || thresholds[0].severity !== 'gate')
        throw new InputProblem('is no limit. Write one such as 500ms, or off; a comparison is a line of thresholds.')
      return raw
    },
    whenEmpty: undefined,
    toLine,
    example: 'a time such as 500ms, or off',
  }
}

/** `off`, or the share of failed requests that is still good. */
export function maxErrorRate(): SugarParser<string | undefined> {
  return {
    parse: (raw) => {
      if (raw === OFF) return undefined
      if (percentDigits(raw) === undefined)
        throw new InputProblem('is not a percentage from 0 to 100. Write one such as 1%, or off.')
      return raw
    },
    whenEmpty: undefined,
    toLine: (raw) => (raw === OFF ? '' : sugarLine('error_rate <= {}%', raw)),
    example: 'a percentage such as 1%, or off',
  }
}

/** Percent as it is written, or undefined for `off`. At one half or below a bound would be one of nothing. */
export function confidence(): Parser<string | undefined> {
  return {
    parse: (raw) => {
      if (raw === OFF) return undefined
      const digits = percentDigits(raw)
      if (digits === undefined || !/^\d{2}(?:\.\d{1,4})?$/.test(digits) || Number(digits) <= 50)
        throw new InputProblem('is no confidence above 50 % and below 100 %. Write one such as 95% or 99.5%, or off.')
      return digits
    },
    example: 'a percentage such as 95%, or off',
  }
}

const percentDigits = (raw: string): string | undefined => {
  const digits = raw.replace(/ ?%$/, '')
  return parsePercent(digits) === undefined ? undefined : digits
}

/** A file below the workspace, as an absolute path; the folder of it need not be there. */
export function fileToWrite(): Parser<string | undefined> {
  return {
    parse: (raw, env) => {
      const workspace = resolve(env['GITHUB_WORKSPACE'] ?? '.')
      const path = resolve(workspace, raw)
      const inside = relative(workspace, path)
      if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside))
        throw new InputProblem('is not a file inside the workspace. Write a path such as results/report.html.')
      if (/[\\/]$/.test(raw)) throw new InputProblem('is a folder. Write a path such as results/report.html.')
      if (inside.split(sep)[0] === '.git')
        throw new InputProblem('lies in .git. Write a path such as results/report.html.')
      return path
    },
    whenEmpty: undefined,
  }
}
