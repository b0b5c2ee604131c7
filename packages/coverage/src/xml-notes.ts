import type { ReportSink } from './report.ts'

export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`
}

export function noteWithoutNumber(sink: ReportSink, count: number): void {
  if (count > 0) sink.note(`${counted(count, 'line')} without a number (0 or "undefined"), counted as not covered`)
}
