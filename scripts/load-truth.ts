// Holds a report of a real load tool against what the tool itself printed and against the books of the server it loaded.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Bounds, type Distribution, type Group, measure, type Run, readRuns, sniffFormat } from '@hardgate/load'

/** One line of expected.json; test/fixtures/load/expect.mjs tells what each word means. */
export interface ExpectedLoad {
  readonly file: string
  readonly format: string
  readonly with?: string
  readonly run: string
  readonly labels: number
  readonly beside?: string
  readonly requests?: number
  /** null: the report cannot know. */
  readonly failures?: number | null
  readonly unseen?: number
  readonly ms?: Readonly<Record<string, readonly [low: number, high: number]>>
  readonly of?: 'ok'
  readonly ranks?: number
  readonly early?: number
  readonly signal?: string
  readonly counts?: 'none'
}

/** A view of a run that holds no latencies: only its format is told. */
export interface ExpectedAside {
  readonly file: string
  readonly format: string
  readonly aside: true
}

export interface Endpoint {
  readonly answered: number
  /** Microseconds, ascending. */
  readonly ok: readonly number[]
  readonly failed: readonly number[]
}

/** What no latency can be taken from: it is refused by the name of its tool. */
export interface ExpectedRefusal {
  readonly file: string
  readonly refused: string
}

/** A client that prints whole milliseconds may cut them off. */
const CUT_OFF_MS = 1

export type ExpectedReport = ExpectedLoad | ExpectedAside | ExpectedRefusal

export function expectedReports(folder: string): ExpectedReport[] {
  const expected: { readonly reports: ExpectedReport[] } = JSON.parse(
    readFileSync(join(folder, 'expected.json'), 'utf8'),
  )
  return expected.reports
}

export function booksOf(folder: string, run: string): ReadonlyMap<string, Endpoint> {
  const books: { readonly endpoints: Record<string, Endpoint> } = JSON.parse(
    readFileSync(join(folder, 'books', `${run}.json`), 'utf8'),
  )
  return new Map(Object.entries(books.endpoints))
}

/** All that was read of one run. */
export function whole(books: ReadonlyMap<string, Endpoint>): Endpoint {
  const all = [...books.values()]
  return {
    answered: all.reduce((sum, { answered }) => sum + answered, 0),
    ok: all.flatMap(({ ok }) => ok).toSorted((a, b) => a - b),
    failed: all.flatMap(({ failed }) => failed).toSorted((a, b) => a - b),
  }
}

export function read(folder: string, ...files: readonly string[]): Promise<Run> {
  return readRuns(files.map((path) => ({ file: join(folder, path), path })))
}

/** Every report of a fixture folder: one line for each that does not hold. */
export async function loadProblems(folder: string, expectations: readonly ExpectedReport[]): Promise<string[]> {
  const problems: string[] = []
  const named = new Set(expectations.flatMap(filesOf).map((file) => file.slice('reports/'.length)))
  const unnamed = readdirSync(join(folder, 'reports')).filter((file) => !named.has(file))
  if (unnamed.length > 0) problems.push(`nothing is expected of ${unnamed.join(', ')}`)
  for (const expected of expectations) {
    const found = await reportProblems(folder, expected)
    problems.push(...found.map((problem) => `${expected.file}: ${problem}`))
  }
  return problems
}

export function filesOf(expected: ExpectedReport): string[] {
  return 'with' in expected && expected.with !== undefined ? [expected.file, expected.with] : [expected.file]
}

export async function reportProblems(folder: string, expected: ExpectedReport): Promise<string[]> {
  if ('aside' in expected) return asideProblems(folder, expected)
  if ('refused' in expected) return refusalProblems(folder, expected)
  let run: Run
  try {
    run = await read(folder, ...filesOf(expected))
  } catch (error) {
    return [`not read: ${error instanceof Error ? error.message : String(error)}`]
  }
  const books = booksOf(folder, expected.run)
  return [
    ...(run.format === expected.format ? [] : [`is ${run.format}, not ${expected.format}`]),
    ...(run.partial === undefined ? [] : [`is partial: ${run.partial}`]),
    ...countProblems(run.total, whole(books), expected),
    ...labelProblems(run, books, expected),
    ...printedProblems(run.total, expected),
    ...truthProblems(run, undefined, whole(books), expected),
    ...signalProblems(run, expected),
  ]
}

function asideProblems(folder: string, { file, format }: ExpectedAside): string[] {
  const sniffed = sniffFormat(readFileSync(join(folder, file)))
  const found = 'reader' in sniffed ? sniffed.reader.format : 'unknown'
  return found === format ? [] : [`is ${found}, not ${format}`]
}

async function refusalProblems(folder: string, { file, refused }: ExpectedRefusal): Promise<string[]> {
  try {
    const run = await read(folder, file)
    return [`is read as ${run.format}`]
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return message.includes(`is of ${refused}`) ? [] : [`is refused in other words: ${message}`]
  }
}

function countProblems(
  { requests, failures }: Group,
  { answered, failed }: Endpoint,
  expected: ExpectedLoad,
): string[] {
  if (expected.counts === 'none') return requests === 0 ? [] : [`says ${requests} requests`]
  const { unseen = 0 } = expected
  const problems: string[] = []
  if (requests > answered || requests < answered - unseen) problems.push(`${requests} requests, the server ${answered}`)
  if (expected.requests !== undefined && expected.requests !== requests)
    problems.push(`${requests} requests, the tool ${expected.requests}`)
  if (expected.failures !== undefined && (expected.failures ?? undefined) !== failures)
    problems.push(`${failures} failures, the tool ${expected.failures}`)
  if (failures !== undefined && (failures > failed.length || failures < failed.length - unseen))
    problems.push(`${failures} failures, the server ${failed.length}`)
  return problems
}

function labelProblems(run: Run, books: ReadonlyMap<string, Endpoint>, expected: ExpectedLoad): string[] {
  if (expected.labels === 0) return []
  const groups = [...run.groups.values()].filter(({ isNested, label }) => !isNested && label !== expected.beside)
  const problems = groups.length === expected.labels ? [] : [`${groups.length} labels, not ${expected.labels}`]
  for (const group of groups) {
    const found = [...books].filter(([name]) => group.label.endsWith(name.slice(name.indexOf('/'))))
    const [endpoint] = found
    const own =
      endpoint === undefined || found.length > 1
        ? ['is no endpoint of the books']
        : [
            ...countProblems(group, endpoint[1], { ...withoutNumbers(expected) }),
            ...truthProblems(run, group.label, endpoint[1], expected),
          ]
    problems.push(...own.map((problem) => `"${group.label}": ${problem}`))
  }
  return problems
}

/** The tool's numbers are of the whole. */
function withoutNumbers({ file, format, run, labels, unseen, counts }: ExpectedLoad): ExpectedLoad {
  return {
    ...{ file, format, run, labels },
    ...(unseen === undefined ? {} : { unseen }),
    ...(counts === undefined ? {} : { counts }),
  }
}

/** The tool's own percentiles: ours, or with another rule one beside it. */
function printedProblems(total: Group, { ms = {}, of, ranks = 1 }: ExpectedLoad): string[] {
  const distribution = of === 'ok' ? total.ok : total.all
  return Object.entries(ms).flatMap(([name, [low, high]]) => {
    const ours = distribution === undefined ? printedBounds(total, name) : boundsAbout(distribution, name, ranks)
    if (ours === undefined) return [`holds no ${name}`]
    return ours.low <= high && ours.high >= low
      ? []
      : [`${name} is ${ours.low} to ${ours.high}, the tool ${low} to ${high}`]
  })
}

function boundsAbout(distribution: Distribution, name: string, ranks: number): Pick<Bounds, 'low' | 'high'> {
  if (name === 'min') return distribution.minMs
  if (name === 'max') return distribution.maxMs
  const rank = Math.ceil((Number(name.slice(1)) * distribution.count) / 100)
  const { low } = distribution.at(Math.max(1, rank - ranks))
  const { high } = distribution.at(Math.min(distribution.count, rank + ranks))
  return { low, high }
}

function printedBounds({ printed }: Group, name: string): Pick<Bounds, 'low' | 'high'> | undefined {
  const exact = name === 'min' ? printed?.minMs : name === 'max' ? printed?.maxMs : undefined
  const percentile = name === 'max' ? 100 : name === 'min' ? 0 : Number(name.slice(1))
  const found = printed?.percentiles.find((one) => one.percentile === percentile)
  if (found !== undefined) return { low: found.lowMs, high: found.highMs }
  return exact === undefined ? undefined : { low: exact, high: exact }
}

/** No client sees an answer before the server gave it, and no percentile is above the longest. */
function truthProblems(run: Run, label: string | undefined, endpoint: Endpoint, expected: ExpectedLoad): string[] {
  if (expected.signal === 'invented-samples') return []
  const group = label === undefined ? run.total : run.groups.get(label)
  const p95 = measure(run, label === undefined ? [] : [{ metric: 'p95', scope: label }]).find(
    ({ metric, scope }) => metric === 'p95' && scope === label,
  )
  if (group === undefined || p95 === undefined) return ['has no p95']
  const truth = serverP95(endpoint, isMixed(group), expected.unseen)
  const high = (p95.high ?? Number.POSITIVE_INFINITY) + CUT_OFF_MS + (expected.early ?? 0)
  const longest = expected.ms?.['max']?.[1] ?? Number.POSITIVE_INFINITY
  return [
    ...(high >= truth ? [] : [`p95 is at most ${high} ms, the server took ${truth} ms`]),
    ...((p95.low ?? 0) <= longest ? [] : [`p95 is at least ${p95.low} ms, the longest took ${longest} ms`]),
  ]
}

/** The record has failures and successes in one. */
export function isMixed({ ok, failures, printed }: Group): boolean {
  return ok === undefined && failures !== 0 && printed?.includesFailures !== false
}

/** Milliseconds, by nearest rank; of the successes unless the report mixes them with the failures. */
export function serverP95({ ok, failed }: Endpoint, withFailures: boolean, unseen = 0): number {
  const times = withFailures ? [...ok, ...failed].toSorted((a, b) => a - b) : ok
  const rank = Math.ceil(times.length * 0.95) - unseen
  return (times[Math.max(1, rank) - 1] ?? 0) / 1000
}

function signalProblems({ signals }: Run, { signal }: ExpectedLoad): string[] {
  const spoiling = signals.filter(({ spoilsPass }) => spoilsPass).map(({ kind }) => kind)
  if (signal === undefined) return spoiling.length === 0 ? [] : [`signals ${spoiling.join(', ')}`]
  return spoiling.some((kind) => kind === signal) ? [] : [`does not signal ${signal}`]
}
