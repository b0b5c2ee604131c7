import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runLocally } from '@hardgate/local-runner'
import { describe, expect, test } from '@jest/globals'
import { readContract } from '../../scripts/contract.ts'

const root = join(import.meta.dirname, '../..')
const actions = readdirSync(join(root, 'actions'))
/** It reports whatever happens and reddens nothing. */
const TOLERANT = 'metrics-reporter'
const gates = actions.filter((name) => name !== TOLERANT)

const contractOf = (name: string) => readContract(name, readFileSync(join(root, 'actions', name, 'action.yml'), 'utf8'))

describe.each(gates)('%s', (name) => {
  test('without inputs it exits 1 with one error that names what is required, and no stack', async () => {
    const run = await runLocally(name, {})

    expect(run.exitCode).toBe(1)
    expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(1)
    expect(run.log).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m)
  })

  test('its outputs are set although it judged nothing, and none of them says pass', async () => {
    const run = await runLocally(name, {})

    // what judges nothing itself has no verdict
    const isGate = contractOf(name).outputs.has('verdict')
    const expected = isGate ? ['verdict', 'reason', 'verdict-file'] : ['reason']
    expect(Object.keys(run.outputs)).toEqual(expect.arrayContaining(expected))
    expect(run.outputs['verdict']).toBe(isGate ? 'no-data' : undefined)
    expect(Object.values(run.outputs)).not.toContain('pass')
  })

  test('an unknown input is an error that names the nearest one', async () => {
    const known = [...contractOf(name).inputs.keys()].find((key) => key.length > 6) ?? ''

    const run = await runLocally(name, { with: { [`${known}s`]: 'x' } })

    expect(run.exitCode).toBe(1)
    expect(run.log).toContain(known)
    expect(run.log).toMatch(/did you mean|nearest/i)
  })
})

test('metrics-reporter refuses an unknown input with an error annotation, and still exits 0', async () => {
  const run = await runLocally(TOLERANT, { with: { endpiont: 'https://metrics.example.com' } })

  expect(run.exitCode).toBe(0)
  expect(run.annotations.some(({ level, message }) => level === 'error' && message.includes('endpoint'))).toBe(true)
})

describe.each(actions)('%s', (name) => {
  test('an input that is given as empty takes its default', async () => {
    // a default that is an expression has been evaluated before the action starts: it cannot apply it again
    const own = [...contractOf(name).inputs].filter(([, { default: value }]) => !value.includes('${{'))
    const empty = Object.fromEntries(own.map(([key]) => [key, '']))

    const [bare, emptied] = await Promise.all([runLocally(name, {}), runLocally(name, { with: empty })])

    const errors = ({ annotations }: typeof bare) =>
      annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
    expect(errors(emptied)).toEqual(errors(bare))
    expect(emptied.exitCode).toBe(bare.exitCode)
  })
})
