import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mergeCoverage, readReport, totalsOf } from '@hardgate/coverage'
import { afterAll, expect, test } from '@jest/globals'
import { describeReal } from '../../actions/health-check-with-retry/real-tools/tools.ts'
import { type Random, seeded } from '../markdown/random.ts'

const folder = mkdtempSync(join(tmpdir(), 'hardgate-lcov-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function* inOne(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function oursOf(text: string): Promise<string> {
  const { files } = await readReport(inOne(text), 'lcov', 'report')
  const { lines } = totalsOf(mergeCoverage(files).values())
  return `${lines.covered} of ${lines.total} lines`
}

function lcovsOf(text: string): string {
  const path = join(folder, 'report.info')
  writeFileSync(path, text)
  const shown = execFileSync('lcov', ['--summary', path], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const [, counts = shown] = /lines\.*: [\d.]+% \((\d+ of \d+ lines?)\)/.exec(shown) ?? []
  return counts.replace(/line$/, 'lines')
}

/** Several records of a few files in any order, with equal lines, checksums, huge counts, and totals that are not true. */
function randomLcov({ below }: Random): string {
  const line = (): string => {
    const number = 1 + below(40)
    switch (below(8)) {
      case 0:
        return `FN:${number},f${number}`
      case 1:
        return `BRDA:${number},${below(2)},${below(3)},${below(2) === 0 ? '-' : below(4)}`
      case 2:
        return `DA:${number},${below(3)},Zm9vYmFy`
      case 3:
        return `DA:${number},18446744073709551615`
      default:
        return `DA:${number},${Math.max(0, below(9) - 4)}`
    }
  }
  const record = (): string => {
    const lines = Array.from({ length: 1 + below(60) }, line)
    return [
      `TN:${below(3) === 0 ? 'a_test' : ''}`,
      `SF:/ws/f${below(4)}.c`,
      ...lines,
      'DA:41,0',
      'LF:7',
      'LH:3',
      'end_of_record',
    ].join('\n')
  }
  return `${Array.from({ length: 1 + below(6) }, record).join('\n')}\n`
}

describeReal('acceptance 8: generated LCOV against lcov --summary', () => {
  test('the same lines, and the same of them covered', async () => {
    const random = seeded(8)
    for (let round = 0; round < 30; round++) {
      const text = randomLcov(random)

      expect(await oursOf(text)).toBe(lcovsOf(text))
    }
  }, 60_000)
})
