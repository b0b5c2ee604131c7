import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Case, exitOf, ours, write } from './case.ts'

const PYTHON = {
  'app/a.py': 'def old():\n    return 1\n',
  'loads_a.py': 'import app.a\nassert app.a.old()\n',
  'loads_tax.py': 'import app.tax\n',
}
const TAX =
  'def tax(amount):\n    if amount > 100:\n        rate = 19\n    else:\n        rate = 7\n    return amount * rate\n'

export const merging: readonly Case[] = [
  {
    what: 'a pull request adds a file that the shard given never loaded, against 80 % of the patch',
    peer: 'diff-cover 11.0.1 --fail-under 80',
    truth: '2 of 6 changed lines are covered: red',
    ask: async (folder, { run }) => {
      write(folder, PYTHON)
      run(folder, 'git', 'init', '-q', '-b', 'main')
      run(folder, 'git', 'config', 'user.name', 'bench')
      run(folder, 'git', 'config', 'user.email', 'bench@example.com')
      commit(folder, run, 'base')
      run(folder, 'git', 'checkout', '-q', '-b', 'change')
      write(folder, { 'app/tax.py': TAX, 'app/a.py': 'def old():\n    return 2\n' })
      commit(folder, run, 'change')
      run(folder, 'coverage', 'run', '--include=app/*', 'loads_a.py')
      run(folder, 'coverage', 'xml')
      const check = run(folder, 'diff-cover', 'coverage.xml', '--compare-branch', 'main', '--fail-under', '80')
      const shown = /Coverage: (\S+)/.exec(check.output)?.[1] ?? '?'
      return {
        theirs: `${shown}, ${exitOf(check)}`,
        ...(await ours(folder, { reports: 'coverage.xml', 'min-patch-lines': '80', 'patch-base': 'main' })),
      }
    },
  },
  {
    what: 'one shard covers 10 of 10 lines, the other 45 of 90, against 70 %',
    peer: 'the mean of the two percents',
    truth: '55 of 100: red',
    ask: async (folder) => {
      const lcov = (file: string, covered: number, total: number): string => {
        const lines = Array.from({ length: total }, (_, i) => `DA:${i + 1},${i < covered ? 1 : 0}\n`).join('')
        return `TN:\nSF:${file}\n${lines}LF:${total}\nLH:${covered}\nend_of_record\n`
      }
      write(folder, {
        'a.c': 'x;\n'.repeat(10),
        'b.c': 'x;\n'.repeat(90),
        'one.info': lcov('a.c', 10, 10),
        'two.info': lcov('b.c', 45, 90),
      })
      return {
        theirs: `(100 + 50) / 2 = 75 %: green`,
        ...(await ours(folder, { reports: '*.info', 'min-lines': '70' })),
      }
    },
  },
  {
    what: 'two c8 shards of one program, branches against 70 %',
    peer: 'istanbul-lib-coverage 3.2.2, merge()',
    truth: 'c8 on both at once: 10 of 14, 71.42 %. Green, and the shards cannot show it',
    ask: async (folder, { modules }) => {
      const fixture = join(import.meta.dirname, '../../test/fixtures/coverage')
      const shards = ['first', 'second'].map((name) => readFileSync(join(fixture, `c8/reports/${name}.json`), 'utf8'))
      const { createCoverageMap } = createRequire(import.meta.url)(join(modules('nyc'), 'istanbul-lib-coverage'))
      const map = createCoverageMap({})
      for (const shard of shards) map.merge(JSON.parse(shard))
      const { covered, total, pct } = map.getCoverageSummary().branches
      for (const name of ['invoice', 'unloaded'])
        write(folder, {
          [`src/${name}.cjs`]: readFileSync(join(fixture, `programs/javascript/src/${name}.cjs`), 'utf8'),
        })
      write(folder, { 'one.json': shards[0] ?? '', 'two.json': shards[1] ?? '' })
      return {
        theirs: `${covered} of ${total}, ${pct} %: ${pct >= 70 ? 'green' : 'red'}`,
        ...(await ours(folder, { reports: '*.json', 'min-branches': '70' })),
      }
    },
  },
]

function commit(
  folder: string,
  run: (cwd: string, command: string, ...args: string[]) => unknown,
  message: string,
): void {
  run(folder, 'git', 'add', '.')
  run(folder, 'git', 'commit', '-q', '-m', message)
}
