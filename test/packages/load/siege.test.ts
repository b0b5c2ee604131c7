import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readRuns } from '@hardgate/load'
import { afterAll, describe, expect, test } from '@jest/globals'

const reports = join(import.meta.dirname, '../../fixtures/load/siege/reports')
const temp = mkdtempSync(join(tmpdir(), 'siege-'))
afterAll(() => rmSync(temp, { recursive: true }))

/** What reading a text is refused with. */
async function refusalOf(text: string): Promise<string> {
  const file = join(temp, 'report')
  writeFileSync(file, text)
  return readRuns([{ file, path: 'r' }]).then(
    ({ format }) => `read as ${format}`,
    ({ message }: Error) => message,
  )
}

describe('what siege writes holds no percentile, and is refused by its name', () => {
  test.each(['lines.txt', 'summary.txt', 'siege.log', 'summary.json'])(
    'trap 6: %s names siege, why, and what to use in its place',
    async (name) => {
      const refusal = await refusalOf(readFileSync(join(reports, name), 'utf8'))

      expect(refusal).toMatch(/^r: it is of siege, .* no percentile.* "h2load --log-file", "hey -o csv" or "oha /)
    },
  )

  test('lines in colour, and both streams in one file, are of siege too', async () => {
    const lines = readFileSync(join(reports, 'lines.txt'), 'utf8')
    const summary = readFileSync(join(reports, 'summary.txt'), 'utf8')

    expect(await refusalOf(lines.replaceAll(/^(.*)$/gm, '\u001b[0;34m$1\u001b[0m'))).toContain('it is of siege')
    expect(await refusalOf(`${lines}${summary}`)).toContain('it is of siege')
  })

  test('its words within the report of another tool, or within any text, do not make it siege', async () => {
    const jtl = 'timeStamp,elapsed,label,success\n1767225600000,12,"Transactions:  75 hits",true\n'

    expect(await refusalOf(jtl)).toBe('read as jmeter-csv')
    expect(await refusalOf('the server is now under siege, with "transactions": 75\n')).toContain(
      'no known format begins',
    )
  })
})
