import { expect, test } from '@jest/globals'
import { contractSource, readContract } from '../../scripts/contract.ts'
import { readmeWithTables } from '../../scripts/readme-tables.ts'

const actionYml = `
name: a gate
inputs:
  token: { description: 'A | B', required: true }
  timeout: { description: 'How long.', default: 10s }
  commit: { description: 'Which.', default: '\${{ github.sha }}' }
outputs:
  verdict: { description: 'The verdict.' }
`
const contract = readContract('a-gate', actionYml)

test('a default that is an expression is empty in the contract: the runner has evaluated it before the action starts', () => {
  expect(contractSource(contract)).toContain(`    commit: '',\n`)
})

test('the contract holds each default as action.yml has it', () => {
  expect(contractSource(contract)).toContain(`    timeout: '10s',\n`)
})

test('the tables replace what stood between the markers, and nothing else', () => {
  const readme = 'before\n<!-- contract:start -->\nold\n<!-- contract:end -->\nafter\n'

  const written = readmeWithTables(readme, contract)

  expect(written).toMatch(/^before\n[\s\S]*\nafter\n$/)
  expect(written).not.toContain('old')
  expect(written).toContain('| `token` | **required** | A \\| B |')
  expect(written).toContain('| `commit` | `${{ github.sha }}` | Which. |')
  expect(readmeWithTables(written, contract)).toBe(written)
})

test('a README without the markers is refused', () => {
  expect(() => readmeWithTables('nothing here', contract)).toThrow('lacks the markers')
})
