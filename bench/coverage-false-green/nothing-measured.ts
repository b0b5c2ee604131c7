import { symlinkSync } from 'node:fs'
import { type Case, exitOf, ours, write } from './case.ts'

const NO_FILE = 'nothing was measured: red'

/** The glob is wrong by one word, so no file is looked at. */
function istanbul(name: 'nyc' | 'c8', version: string): Case {
  return {
    what: 'the glob of sources matches no file, against 70 %',
    peer: `${name} ${version} --check-coverage`,
    truth: NO_FILE,
    ask: async (folder, { run }) => {
      write(folder, { 'src/a.cjs': 'exports.x = (y) => (y ? 1 : 2)\n', 'test.cjs': "require('./src/a.cjs')\n" })
      const options = ['--include', 'source/**', '--extension', '.cjs', '--reporter', 'json']
      const check = run(
        folder,
        name,
        '--check-coverage',
        '--lines',
        '70',
        '--branches',
        '70',
        ...options,
        'node',
        'test.cjs',
      )
      return {
        theirs: exitOf(check),
        ...(await ours(folder, { reports: 'coverage/*.json', 'min-lines': '70', 'min-branches': '70' })),
      }
    },
  }
}

export const nothingMeasured: readonly Case[] = [
  istanbul('nyc', '18.0.0'),
  istanbul('c8', '12.0.0'),
  {
    what: 'the glob of sources matches no file, against 70 %',
    peer: 'Jest 30.5.2 coverageThreshold',
    truth: NO_FILE,
    ask: async (folder, { run }) => {
      const config = {
        testMatch: ['<rootDir>/*.spec.cjs'],
        collectCoverageFrom: ['source/**/*.cjs'],
        coverageThreshold: { global: { lines: 70, branches: 70 } },
        coverageReporters: ['json'],
      }
      write(folder, {
        'src/a.cjs': 'exports.x = (y) => (y ? 1 : 2)\n',
        'a.spec.cjs': "test('a', () => { require('./src/a.cjs') })\n",
        'jest.config.json': JSON.stringify(config),
      })
      const check = run(folder, 'jest', '--coverage')
      return { theirs: exitOf(check), ...(await ours(folder, { reports: 'coverage/*.json', 'min-lines': '70' })) }
    },
  },
  {
    what: 'the glob of a threshold matches no file: src/biling/** at 90 %',
    peer: 'Vitest 4.1.11 coverage.thresholds',
    truth: '0 of 3 lines under src/billing: red',
    ask: async (folder, { run, modules }) => {
      write(folder, {
        'src/billing/tax.mjs': 'export function tax(n) {\n  if (n > 100) {\n    return 19\n  }\n  return 7\n}\n',
        'a.spec.mjs': "import { test } from 'vitest'\nimport './src/billing/tax.mjs'\ntest('a', () => {})\n",
        'vitest.config.mjs':
          "export default { test: { include: ['*.spec.mjs'], coverage: { enabled: true, include: ['src/**'], reporter: ['json'], " +
          "thresholds: { 'src/biling/**': { lines: 90 } } } } }\n",
      })
      symlinkSync(modules('vitest'), `${folder}/node_modules`)
      const check = run(folder, 'vitest', 'run')
      return {
        theirs: exitOf(check),
        ...(await ours(folder, { reports: 'coverage/*.json', thresholds: 'src/biling/**: lines >= 90%' })),
      }
    },
  },
]
