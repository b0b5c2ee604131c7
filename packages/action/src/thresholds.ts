import { type MetricKind, parseThresholds, sugarLine, type Threshold } from '@hardgate/gate'
import { InputProblem, type Parser } from './parsers.ts'

export interface ThresholdsParser extends Parser<readonly Threshold[]> {
  /** Marks the input that takes up the lines of the sugar ones. */
  readonly takesSugar: true
}

export interface SugarParser<T> extends Parser<T | undefined> {
  /** The line of the threshold language that the value stands for. */
  readonly toLine: (raw: string) => string
}

/** One threshold a line, over these metrics; the lines of the sugar inputs are appended. */
export function thresholds(metrics: Readonly<Record<string, MetricKind>>): ThresholdsParser {
  return {
    parse: (raw) => {
      const { thresholds: read, problems } = parseThresholds(raw, metrics)
      if (problems.length === 0) return read
      throw new AggregateError(
        problems.map(({ text, problem }) => new InputProblem(`is no threshold: ${problem}.`, text)),
      )
    },
    whenEmpty: [],
    takesSugar: true,
  }
}

/** An everyday input that is short for a line: `sugar('max < {}', duration())`. Its own value is kept beside. */
export function sugar<T>(template: string, parser: Parser<T>): SugarParser<T> {
  return {
    ...parser,
    whenEmpty: undefined,
    toLine: (raw) => sugarLine(template, parser.print?.(parser.parse(raw, {})) ?? raw),
  }
}

export const takesSugar = (parser: object): parser is ThresholdsParser => 'takesSugar' in parser
export const isSugar = (parser: object): parser is SugarParser<unknown> => 'toLine' in parser
