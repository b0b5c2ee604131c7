import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Coverage, createFileCoverage, mergeCoverage, writeCobertura, writeLcov } from '@hardgate/coverage'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { describeReal, python } from '../../actions/health-check-with-retry/real-tools/tools.ts'
import { seeded } from '../markdown/random.ts'
import { mergedOf, randomReport, toldIn } from './model-sample.ts'

const DTD = join(import.meta.dirname, '../../fixtures/coverage/dtd/coverage-04.dtd')
const TIMESTAMP = { timestampMs: 1_790_000_000_000 }

/** a.py: lines 1 to 4, of which 1 and 3 are hit; "pkg/b & <c>.py": line 2 is hit and line 9 not. */
function sample(): Coverage {
  const a = createFileCoverage()
  for (const line of [1, 2, 3, 4]) a.line(line, line % 2)
  a.countedBranches(1, 1, 2)
  const b = createFileCoverage()
  b.line(2, 7)
  b.line(9, 0)
  b.branch(2, 'lcov', '0,0', true)
  b.branch(2, 'lcov', '0,1', false)
  return mergeCoverage([
    { path: 'a.py', coverage: a },
    { path: 'pkg/b & <c>.py', coverage: b },
  ])
}

describeReal('what we write, read by others', () => {
  let folder = ''
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { cwd: folder, encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] })

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'coverage-written-'))
    writeFileSync(join(folder, 'merged.xml'), [...writeCobertura(sample(), TIMESTAMP)].join(''))
    writeFileSync(join(folder, 'merged.info'), [...writeLcov(sample())].join(''))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('acceptance 12: Cobertura is valid by its DTD', () => {
    run('xmllint', '--noout', '--nonet', '--dtdvalid', DTD, 'merged.xml')

    const random = seeded(4)
    for (let round = 0; round < 20; round++) {
      const files = [`src/${round}.py`, 'a"b\n.py'].map((path) => ({
        path,
        coverage: mergedOf(toldIn(randomReport(random), randomReport(random))),
      }))
      writeFileSync(join(folder, 'random.xml'), [...writeCobertura(mergeCoverage(files), TIMESTAMP)].join(''))
      expect(run('xmllint', '--noout', '--nonet', '--dtdvalid', DTD, 'random.xml')).toBe('')
    }
  })

  test('acceptance 12: a document that the DTD does not allow is refused, so the check checks', () => {
    const broken = readFileSync(join(folder, 'merged.xml'), 'utf8').replace('<methods/>', '')
    writeFileSync(join(folder, 'broken.xml'), broken)

    expect(() => run('xmllint', '--noout', '--nonet', '--dtdvalid', DTD, 'broken.xml')).toThrow('class')
  })

  test('acceptance 12: diff-cover reads the same lines of it', () => {
    run('git', 'init', '-q')
    mkdirSync(join(folder, 'pkg'))
    const content = Array.from({ length: 10 }, (_, at) => `x = ${at}\n`).join('')
    const added = content.replace(/^/gm, '+').slice(0, -1)
    const names = ['a.py', 'pkg/b & <c>.py']
    for (const name of names) writeFileSync(join(folder, name), content)
    const diff = names.map(
      (name) =>
        `diff --git a/${name} b/${name}\nnew file mode 100644\n--- /dev/null\n+++ b/${name}\t\n@@ -0,0 +1,10 @@\n${added}`,
    )
    writeFileSync(join(folder, 'all.diff'), diff.join(''))

    run(join(dirname(python()), 'diff-cover'), 'merged.xml', '--diff-file', 'all.diff', '--format', 'json:told.json')

    const { src_stats: told }: { src_stats: Record<string, { covered_lines: number[]; violation_lines: number[] }> } =
      JSON.parse(readFileSync(join(folder, 'told.json'), 'utf8'))
    // it tells the files in another order from run to run
    expect(told).toMatchObject({
      'a.py': { covered_lines: [1, 3], violation_lines: [2, 4] },
      'pkg/b & <c>.py': { covered_lines: [2], violation_lines: [9] },
    })
    expect(Object.keys(told)).toHaveLength(2)
  })

  test('acceptance 12: lcov --summary has the same line totals of LCOV', () => {
    expect(run('lcov', '--summary', 'merged.info')).toMatch(/lines\.*: 50\.0% \(3 of 6 lines\)/)
  })
})
