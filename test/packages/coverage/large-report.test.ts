import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const isOn = process.env['HARDGATE_LARGE'] === '1'
const WHY = 'skipped: it takes half a minute. HARDGATE_LARGE=1 runs it.'

/** Above the longest string that V8 can have, 512 MiB. */
const SIZE = 540 * 1024 * 1024

interface Counted {
  readonly files: number
  readonly lines: { readonly covered: number; readonly total: number }
  readonly branches: { readonly low: number; readonly high: number; readonly total: number }
  readonly peakMiB: number
}

function readIn(format: string, size: number): Counted {
  const script = join(import.meta.dirname, 'large-report.ts')
  return JSON.parse(execFileSync(process.execPath, [script, format, String(size)], { encoding: 'utf8' }))
}

/** A file of it has 600 lines, of which each third is not covered, and 1200 branches, half of them taken. */
function expectAllOf(counted: Counted): void {
  const { files, lines, branches } = counted
  expect(lines).toEqual({ covered: files * 400, total: files * 600 })
  expect(branches).toEqual({ low: files * 600, high: files * 600, total: files * 1200 })
}

const formats = ['istanbul', 'coverage.py-json']

test.each(formats)('a report of %s of 8 MiB is read as it comes', (format) => {
  const counted = readIn(format, 8 * 1024 * 1024)

  expect(counted.files).toBeGreaterThan(30)
  expectAllOf(counted)
})

const describeLarge = isOn ? describe : describe.skip
describeLarge(`trap 23: a report of more than 512 MiB is read${isOn ? '' : ` (${WHY})`}`, () => {
  test.each(formats)(
    '%s',
    (format) => {
      const counted = readIn(format, SIZE)

      expectAllOf(counted)
      // what is known of its lines and branches; the report itself is never held
      expect(counted.peakMiB).toBeLessThan(800)
    },
    180_000,
  )
})
