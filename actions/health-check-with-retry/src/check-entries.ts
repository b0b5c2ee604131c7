import { choice, type Env, InputProblem } from '@hardgate/action'
import { nearestName } from '@hardgate/gate'
import { type CompilePath, loadJsonPath } from '@hardgate/health'
import { redactUrl } from '@hardgate/http'
import type { Entries, Entry } from './checks-input.ts'
import {
  needsPaths,
  type ReadContext,
  readHeaderExpectations,
  type SettingReader,
  type Settings,
  settings,
} from './settings.ts'
import { placeProblem } from './targets.ts'

const MAX_BYTES = 65_536
const MAX_ENTRIES = 50
/** Beside the settings. */
const OWN_KEYS = ['name', 'url', 'path', 'severity', 'method', 'body', 'expect-header']
const KEYS = [...OWN_KEYS, ...Object.keys(settings)]

/** Reads the YAML list. Every problem of every entry is told, and none is thrown. */
export async function readCheckEntries(raw: string, env: Env): Promise<Entries> {
  if (Buffer.byteLength(raw) > MAX_BYTES) return wrong('is larger than 64 KiB.')
  const list = await readYaml(raw)
  if (typeof list === 'string') return wrong(list)
  if (list.length === 0) return wrong('is an empty list. Leave it out, or write a check.')
  if (list.length > MAX_ENTRIES) return wrong(`has ${list.length} entries. The most is ${MAX_ENTRIES}.`)
  const isPath = list.some((item) =>
    [...item].some(([key, value]) => typeof value === 'string' && needsPaths(key, value)),
  )
  const compile = isPath ? await loadJsonPath() : noPaths
  return readEntries(list, { env, compile })
}

const wrong = (problem: string): Entries => ({ entries: [], problems: [`checks ${problem}`] })

const noPaths: CompilePath = () => {
  throw new Error('a path was read, and the library for it was not loaded')
}

type Item = ReadonlyMap<string, unknown>

/** Scalars stay the text that they are: as YAML's numbers a commit such as 12e4567 would be lost. */
async function readYaml(raw: string): Promise<readonly Item[] | string> {
  const { parseDocument } = await import('yaml')
  const document = parseDocument(raw, { schema: 'failsafe', prettyErrors: true })
  const [error] = document.errors
  if (error !== undefined) {
    const line = error.linePos?.[0].line
    const problem = error.message.split(/ at line \d|\n/)[0] ?? ''
    return `is not YAML${line === undefined ? '' : `: line ${line}`}: ${problem.replace(/:$/, '')}.`
  }
  const value = plainValue(() => document.toJS({ maxAliasCount: 100 }))
  if (!Array.isArray(value)) return 'is not a list. Start each check with "- ".'
  const items: unknown[] = value
  const bad = items.findIndex((item) => typeof item !== 'object' || item === null || Array.isArray(item))
  if (bad !== -1) return `is not a list of checks: entry ${bad + 1} has no keys. Write "- path: /health".`
  return items.map((item) => new Map<string, unknown>(Object.entries(Object(item))))
}

/** undefined where aliases would unfold to more than anybody wrote. */
function plainValue(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    return undefined
  }
}

function readEntries(list: readonly Item[], context: ReadContext): Entries {
  const problems: string[] = []
  const entries = list.flatMap((item, index) => {
    const name = textOf(item, 'name')
    const where = `checks, entry ${index + 1}${name === '' ? '' : ` (${name})`}`
    const own: string[] = []
    const entry = readEntry(item, where, own, context)
    problems.push(...own.map((problem) => `${where}${problem}`))
    return own.length > 0 ? [] : [entry]
  })
  return { entries, problems }
}

const textOf = (item: Item, key: string): string => {
  const value = item.get(key)
  return typeof value === 'string' ? value.trim() : ''
}

function readEntry(item: Item, where: string, problems: string[], context: ReadContext): Entry {
  problems.push(...keyProblems(item))
  const read = <T>(key: string, parse: (raw: string) => T, otherwise: T): T =>
    readKey(item, key, { parse, otherwise, problems })
  const name = textOf(item, 'name')
  const body = typeof item.get('body') === 'string' ? String(item.get('body')) : undefined
  return {
    where,
    ...(name === '' ? {} : { name }),
    at: readPlace(item, problems),
    isAdvisory: read('severity', (raw) => choice('gate', 'advisory').parse(raw, {}), 'gate') === 'advisory',
    method: read('method', readMethod, 'GET'),
    ...(body === undefined || body === '' ? {} : { body }),
    expectHeader: read('expect-header', readHeaderExpectations, []),
    settings: readSettings(item, problems, context),
  }
}

function keyProblems(item: Item): string[] {
  return [...item].flatMap(([key, value]) => {
    if (!KEYS.includes(key)) {
      const near = nearestName(key, KEYS)
      return [
        `: ${JSON.stringify(key)} is not a key of a check. ${near === undefined ? `There are ${KEYS.join(', ')}.` : `Did you mean ${near}?`}`,
      ]
    }
    return typeof value === 'string' || value === null
      ? []
      : [`, ${key}: is not a text. Write several lines behind "${key}: |".`]
  })
}

function readPlace(item: Item, problems: string[]): string {
  const [url, path] = [textOf(item, 'url'), textOf(item, 'path')]
  if (url === '' && path === '') problems.push(': has neither url nor path.')
  if (url !== '' && path !== '') problems.push(': has both url and path. Keep one of them.')
  const at = url === '' ? path : url
  const problem = at === '' ? undefined : placeProblem(at)
  if (problem !== undefined)
    problems.push(`: ${JSON.stringify(URL.canParse(at) ? redactUrl(at) : at.slice(0, 200))} ${problem}`)
  return at
}

function readMethod(raw: string): string {
  const method = raw.toUpperCase()
  if (/^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|QUERY)$/.test(method)) return method
  throw new InputProblem('is not a method to check with. Write GET, HEAD or POST.')
}

interface KeyReading<T> {
  readonly parse: (raw: string) => T
  readonly otherwise: T
  readonly problems: string[]
  readonly isHidden?: boolean
}

function readKey<T>(item: Item, key: string, { parse, otherwise, problems, isHidden = false }: KeyReading<T>): T {
  const raw = textOf(item, key)
  if (raw === '') return otherwise
  try {
    return parse(raw)
  } catch (error) {
    const all: unknown[] = error instanceof AggregateError ? error.errors : [error]
    for (const one of all) {
      if (!(one instanceof InputProblem)) throw one
      const part = isHidden ? 'the value' : JSON.stringify((one.part ?? raw).slice(0, 200))
      problems.push(`, ${key}: ${part} ${one.message}`)
    }
    return otherwise
  }
}

function readSettings(item: Item, problems: string[], context: ReadContext): Partial<Settings> {
  const values: Record<string, unknown> = {}
  for (const [name, reader] of Object.entries<SettingReader<unknown>>(settings)) {
    if (!item.has(name)) continue
    if (textOf(item, name) !== '') {
      const { read, isHidden = false } = reader
      values[name] = readKey(item, name, {
        parse: (raw) => read(raw, context),
        otherwise: undefined,
        problems,
        isHidden,
      })
    } else if ('emptied' in reader) values[name] = reader.emptied
    else problems.push(`, ${name}: is empty. Leave it out to take the input of that name.`)
  }
  return values
}
