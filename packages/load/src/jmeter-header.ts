import { LoadProblem } from './sink.ts'

/** What is read of a row; a file may lack all but the first four. */
export const JMETER_COLUMNS = [
  'timeStamp',
  'elapsed',
  'label',
  'success',
  'responseCode',
  'responseMessage',
  'failureMessage',
  'allThreads',
  'SampleCount',
  'ErrorCount',
] as const
export type JmeterColumn = (typeof JMETER_COLUMNS)[number]
const REQUIRED = JMETER_COLUMNS.slice(0, 4)

/** The columns of a file without a header: what JMeter writes unless it is told otherwise. */
export const DEFAULT_HEADER: readonly string[] =
  'timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect'.split(
    ',',
  )

export interface JmeterLayout {
  /** The columns of the file that are asked for. */
  readonly asked: readonly number[]
  /** Where in `asked` a column is; -1 where the file has none. */
  readonly slots: Readonly<Record<JmeterColumn, number>>
  /** Where in a row it is; -1 where the file has none. */
  readonly columns: Readonly<Record<JmeterColumn, number>>
  /** So many columns a row must have at least. */
  readonly width: number
}

export function isJmeterHeader(names: readonly (string | undefined)[]): boolean {
  return REQUIRED.every((name) => names.includes(name))
}

/** Names of variables may follow, and a variable may have any name: the first column of a name counts. */
export function jmeterLayout(names: readonly (string | undefined)[]): JmeterLayout {
  const missing = REQUIRED.filter((name) => !names.includes(name))
  if (missing.length > 0) {
    throw new LoadProblem(
      'unreadable-report',
      `the header has no column ${missing.map((name) => `"${name}"`).join(', ')}`,
    )
  }
  const columnOf = (name: JmeterColumn): number => names.indexOf(name)
  const asked = JMETER_COLUMNS.map(columnOf).filter((column) => column >= 0)
  return {
    asked,
    slots: eachColumn((name) => asked.indexOf(columnOf(name))),
    columns: eachColumn(columnOf),
    width: Math.max(...asked) + 1,
  }
}

function eachColumn(of: (name: JmeterColumn) => number): Record<JmeterColumn, number> {
  return {
    timeStamp: of('timeStamp'),
    elapsed: of('elapsed'),
    label: of('label'),
    success: of('success'),
    responseCode: of('responseCode'),
    responseMessage: of('responseMessage'),
    failureMessage: of('failureMessage'),
    allThreads: of('allThreads'),
    SampleCount: of('SampleCount'),
    ErrorCount: of('ErrorCount'),
  }
}
