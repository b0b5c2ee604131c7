import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkSchema, judge, type Metrics, parseThresholds, verdictSchema } from '@hardgate/gate'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { type Contract, readContract } from '../../scripts/contract.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')
const pages = globSync(['*.md', 'docs/*.md', 'actions/*/README.md', 'examples/*/README.md'], { cwd: root })

describe('links', () => {
  test.each(pages)('of %s lead somewhere', (page) => {
    expect(linksOf(read(page)).filter((link) => !leadsSomewhere(page, link))).toEqual([])
  })

  test('one to no file, and one to no heading, are found', () => {
    expect(leadsSomewhere('docs/forks.md', 'no-such-page.md')).toBe(false)
    expect(leadsSomewhere('docs/forks.md', 'baselines.md#no-such-heading')).toBe(false)
    expect(leadsSomewhere('docs/forks.md', 'baselines.md#which-run-is-believed')).toBe(true)
  })
})

describe('steps', () => {
  test.each(pages)('of %s use inputs that there are', (page) => {
    expect(fencesOf(read(page), 'yaml').flatMap(stepsOf).flatMap(unknownInputs)).toEqual([])
  })

  test('an input that there is not is found', () => {
    const step = { uses: 'OWNER/hardgate/actions/coverage-gate@v1', with: { report: 'coverage.xml' } }

    expect(unknownInputs(step)).toEqual(['coverage-gate has no input report'])
  })
})

describe('the threshold language', () => {
  const page = read('docs/threshold-language.md')
  const metrics: Metrics = {
    pN: 'duration',
    error_rate: 'percent',
    lines: 'percent',
    'patch.branches': 'percent',
    newly_uncovered: 'number',
    requests: 'number',
  }
  const [good = '', refused = ''] = ['thresholds', 'refused'].map((kind) => fencesOf(page, kind).join('\n'))

  test('reads each line that the page shows', () => {
    const { thresholds, problems } = parseThresholds(good, metrics)

    expect(problems).toEqual([])
    expect(thresholds).toHaveLength(good.split('\n').length)
  })

  test('refuses each line that the page calls a mistake', () => {
    expect(refused).not.toBe('')
    for (const line of refused.split('\n')) expect(parseThresholds(line, metrics).problems).toHaveLength(1)
  })
})

test('the verdict file on its page is what a gate writes', () => {
  const shown: unknown = JSON.parse(fencesOf(read('docs/verdicts.md'), 'json').join(''))
  const { thresholds } = parseThresholds('lines >= 70%', { lines: 'percent' })
  const ratio = { numerator: 699, denominator: 1000 }
  const measurements = [{ metric: 'lines', value: 69.9, unit: '%', ratio }]

  expect(checkSchema(verdictSchema, shown)).toEqual([])
  expect(shown).toEqual(JSON.parse(JSON.stringify(judge({ gate: 'coverage-gate', measurements, thresholds }))))
})

function linksOf(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')
  const targets = [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => !/^[a-z]+:/.test(target))
}

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', heading] = link.split('#')
  const file = path === '' ? page : join(dirname(page), path)
  if (!existsSync(join(root, file))) return false
  return heading === undefined || headingsOf(read(file)).includes(heading)
}

/** As GitHub names them in an address. */
function headingsOf(markdown: string): string[] {
  const titles = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => title)
  return titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function fencesOf(markdown: string, language: string): string[] {
  const fences = [...markdown.matchAll(/^```(\S*)\n([\s\S]*?)\n```$/gm)]
  return fences.filter(([, kind]) => kind === language).map(([, , text = '']) => text)
}

interface Step {
  readonly uses: string
  readonly with?: unknown
}

/** Every mapping in it that uses something of ours, wherever it stands. */
function stepsOf(yaml: string): Step[] {
  const visit = (value: unknown): Step[] => {
    if (typeof value !== 'object' || value === null) return []
    const inner = Object.values(value).flatMap(visit)
    if (!('uses' in value) || typeof value.uses !== 'string') return inner
    return [{ uses: value.uses, with: 'with' in value ? value.with : {} }, ...inner]
  }
  return visit(parse(yaml))
}

function unknownInputs({ uses, with: given }: Step): string[] {
  const [, name] = /^OWNER\/hardgate(?:\/actions\/([a-z-]+))?@/.exec(uses) ?? []
  if (!uses.startsWith('OWNER/hardgate') || uses.includes('/.github/')) return []
  const { inputs } = contractOf(name)
  return Object.keys(given ?? {})
    .filter((input) => !inputs.has(input))
    .map((input) => `${name ?? 'hardgate'} has no input ${input}`)
}

function contractOf(name: string | undefined): Contract {
  const file = name === undefined ? 'action.yml' : `actions/${name}/action.yml`
  return readContract(name ?? 'hardgate', read(file))
}
