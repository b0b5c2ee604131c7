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
  const asked: number[] = []
  const slotOf = (name: JmeterColumn): number => {
    const column = names.indexOf(name)
    return column < 0 ? -1 : asked.push(column) - 1
  }
  const slots = {
    timeStamp: slotOf('timeStamp'),
    elapsed: slotOf('elapsed'),
    label: slotOf('label'),
    success: slotOf('success'),
    responseCode: slotOf('responseCode'),
    responseMessage: slotOf('responseMessage'),
    failureMessage: slotOf('failureMessage'),
    allThreads: slotOf('allThreads'),
    SampleCount: slotOf('SampleCount'),
    ErrorCount: slotOf('ErrorCount'),
  }
  return { asked, slots }
}
