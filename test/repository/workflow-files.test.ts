import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const workflows = globSync('.github/workflows/*.yml', { cwd: root })
const actionFiles = ['action.yml', ...readdirSync(join(root, 'actions')).map((name) => `actions/${name}/action.yml`)]
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

test.each(workflows)('%s gives no permission at its top', (file) => {
  expect(parse(read(file))).toMatchObject({ permissions: {} })
  expect(read(file)).toMatch(/^permissions: \{\}$/m)
})

test.each(workflows)('%s has no soft failure', (file) => {
  expect(read(file)).not.toMatch(/continue-on-error|\|\| true|set \+e/)
})

test.each([...workflows, ...actionFiles])('%s pins what is not ours by 40 hex digits', (file) => {
  const uses = [...read(file).matchAll(/uses:\s*['"]?([^\s'"#}]+)/g)].map(([, target = '']) => target)
  const foreign = uses.filter((target) => !target.startsWith('$/'))
  expect(foreign.filter((target) => !/@[0-9a-f]{40}$/.test(target))).toEqual([])
})

test.each([...workflows, ...actionFiles])('%s puts no expression into a script', (file) => {
  expect(scriptsOf(parse(read(file))).filter((script) => script.includes('${{'))).toEqual([])
})

test.each(actionFiles.slice(1))('%s names the one Node', (file) => {
  expect(parse(read(file))).toMatchObject({ runs: { using: 'node24' } })
})

// mode run tells by that name whether a job has reported for itself; by another it would be counted twice
test.each([...workflows, ...globSync('examples/*/.github/workflows/*.yml', { cwd: root })])(
  '%s names each step of metrics-reporter so that a reporting run knows it',
  (file) => {
    const steps = stepsOf(parse(read(file))).filter(({ uses }) => uses.includes('/actions/metrics-reporter'))

    expect(
      steps.map(({ name = 'Run metrics-reporter' }) => name).filter((name) => !name.includes('metrics-reporter')),
    ).toEqual([])
  },
)

interface Step {
  readonly uses: string
  readonly name?: string
}

function stepsOf(value: unknown): Step[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap(stepsOf)
  if (!('uses' in value) || typeof value.uses !== 'string') return inner
  const name = 'name' in value && typeof value.name === 'string' ? { name: value.name } : {}
  return [{ uses: value.uses, ...name }, ...inner]
}

function scriptsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'run' && typeof inner === 'string' ? [inner] : scriptsOf(inner),
  )
}
