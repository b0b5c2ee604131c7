import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'

const demo = join(import.meta.dirname, '../../dist/demo/index.js')
const MINUTE = 60_000

/** The Node that npm itself runs on: 20 on many machines, where the demo must work too. */
const nodes = [...new Set([process.execPath, process.env['npm_node_execpath'] ?? process.execPath])]
const versionOf = (node: string): string => execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()

test.each(nodes.map((node) => [versionOf(node), node]))(
  'the demo ends well on Node %s',
  async (_version, node) => {
    const { stdout } = await promisify(execFile)(node, [demo], {
      maxBuffer: 10_000_000,
      env: { PATH: process.env['PATH'] },
    })

    expect(stdout).toMatch(/✓ good release: the job is success; 5c0ffee serves/)
    expect(stdout).toMatch(
      /✓ slow release: the job is failure \(p95 [67]\d\d(\.\d+)? ms\); nothing was deployed, 5c0ffee serves/,
    )
    expect(stdout).toMatch(/✓ bad release: the job is failure \(rolled-back\); 5c0ffee serves again/)
    expect(stdout).toContain('Where to look next')
  },
  2 * MINUTE,
)

test('a word that the demo does not know is refused with its help', async () => {
  const run = promisify(execFile)(process.execPath, [demo, 'sereve'])

  await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('npm run demo -- --help') })
})

test('the loopback services end when their file is removed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'demo-serve-'))
  const ready = join(folder, 'world')
  const ended = promisify(execFile)(process.execPath, [demo, 'serve', '--ready', ready])
  while (!existsSync(ready)) await new Promise((resolve) => setTimeout(resolve, 50))

  rmSync(folder, { recursive: true })

  expect((await ended).stdout).toContain('has the addresses')
}, 30_000)
