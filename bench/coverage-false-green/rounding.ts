import { join } from 'node:path'
import { type Case, exitOf, ours, write } from './case.ts'

/** A module of `total` lines, the first `covered` of which run. */
function program(covered: number, total: number): string {
  return `${'x = 1\n'.repeat(covered - 1)}if x == 2:\n${'    y = 1\n'.repeat(total - covered)}`
}

export const rounding: readonly Case[] = [
  {
    what: '139 of 200 lines against 70 %',
    peer: 'coverage.py 7.17.3 --fail-under=70',
    truth: '69.5 %: red',
    ask: async (folder, { run }) => {
      write(folder, { 'm.py': program(139, 200) })
      run(folder, 'coverage', 'run', 'm.py')
      run(folder, 'coverage', 'xml')
      const report = run(folder, 'coverage', 'report', '--fail-under=70')
      const shown = /TOTAL.*?(\d+%)/.exec(report.output)?.[1] ?? '?'
      return {
        theirs: `${shown}, ${exitOf(report)}`,
        ...(await ours(folder, { reports: 'coverage.xml', 'min-lines': '70' })),
      }
    },
  },
  {
    what: '6996 of 10000 lines against 70 %',
    peer: 'gcovr 8.8 --fail-under-line 70',
    truth: '69.96 %: red',
    ask: async (folder, { run }) => {
      const lines = Array.from({ length: 10_000 }, (_, i) => ({
        line_number: i + 1,
        count: i < 6996 ? 1 : 0,
        branches: [],
      }))
      const trace = { 'gcovr/format_version': '0.15', files: [{ file: 'a.c', lines, functions: [] }] }
      write(folder, { 'a.c': 'x;\n'.repeat(10_000), 'trace.json': JSON.stringify(trace) })
      const report = run(
        folder,
        'gcovr',
        '-a',
        'trace.json',
        '--fail-under-line',
        '70',
        '--txt-summary',
        '--lcov',
        'a.info',
      )
      const shown = /lines: (\S+)/.exec(report.output)?.[1] ?? '?'
      return {
        theirs: `${shown}, ${exitOf(report)}`,
        ...(await ours(folder, { reports: 'a.info', 'min-lines': '70' })),
      }
    },
  },
  {
    what: '69996 of 100000 lines against 70 %',
    peer: 'line-rate as coverage.py 7.17.3 writes it',
    truth: '69.996 %: red',
    ask: async (folder, { run }) => {
      write(folder, { 'm.py': program(69_996, 100_000) })
      run(folder, 'coverage', 'run', 'm.py')
      run(folder, 'coverage', 'xml')
      const rate = run(folder, 'grep', '-om1', 'line-rate="[^"]*"', 'coverage.xml').output.split('\n')[0]
      const shown =
        /TOTAL.* (\S+%)/.exec(run(folder, 'pycobertura', 'show', join(folder, 'coverage.xml')).output)?.[1] ?? '?'
      return {
        theirs: `${rate}; pycobertura 4.1.0 shows ${shown}`,
        ...(await ours(folder, { reports: 'coverage.xml', 'min-lines': '70' })),
      }
    },
  },
]
