import type { Verdict } from '@hardgate/gate'
import type { Run } from '@hardgate/load'
import { verdictSections } from '@hardgate/markdown'
import { chartBlocks } from './charts.ts'
import { checkBlocks } from './check-table.ts'
import { definitionOf } from './conditions.ts'
import type { EarlierRuns } from './earlier-runs.ts'
import { type Endpoint, endpointBlocks } from './endpoints.ts'
import { FORMAT_NAMES } from './formats.ts'
import type { Judgement } from './judge.ts'
import { type Block, type Inline, markdownOf } from './page.ts'
import { shownBytes, shownCount, shownMs, shownSpan } from './quantity.ts'

/** All that a report tells. */
export interface Story {
  readonly verdict: Verdict
  /** undefined: nothing could be read. */
  readonly run: Run | undefined
  readonly judgements: readonly Judgement[]
  /** The slowest first. */
  readonly endpoints: readonly Endpoint[]
  /** What is to be known of a judged value. */
  readonly remarks: readonly string[]
  readonly earlier: EarlierRuns | undefined
  readonly plan: Plan
}

/** What of the inputs is told. */
export interface Plan {
  readonly windowMs: number
  readonly warmUpMs: number
  readonly failures: 'exclude' | 'include'
  readonly confidence: string | undefined
  readonly exclude: readonly string[]
}

/** The verdict first, then what it is made of, then where that came from. */
export function summaryOf(story: Story): string[] {
  const [head = '', reasons = ''] = verdictSections(story.verdict)
  return [head, reasons, ...sectionsOf(story).map(markdownOf)].filter((text) => text !== '')
}

/** The parts behind the verdict, which the page has too. */
export function sectionsOf(story: Story): Block[][] {
  const { run } = story
  return [
    checkBlocks(story),
    ...(run === undefined ? [] : [chartBlocks(run, story), endpointBlocks(run, story.endpoints), errorBlocks(run)]),
    noteBlocks(story),
    ...(run === undefined ? [] : [provenanceBlocks(run, story)]),
  ].filter((blocks) => blocks.length > 0)
}

/** What a comment has room for: no charts and no folds. */
export function commentSections(story: Story): string[] {
  const { run, endpoints } = story
  if (run === undefined) return []
  const blocks = [
    endpointBlocks(run, endpoints).filter(({ kind }) => kind !== 'fold'),
    errorBlocks(run),
    noteBlocks(story),
  ]
  return blocks.map(markdownOf).filter((text) => text !== '')
}

const MOST_ERRORS = 10

function errorBlocks({ errors }: Run): Block[] {
  if (errors.length === 0) return []
  const sorted = errors.toSorted((a, b) => b.count - a.count)
  const rows = sorted
    .slice(0, MOST_ERRORS)
    .map(({ message, count, label }): Inline[] => [
      shownCount(count),
      message,
      label === undefined ? '' : { code: label },
    ])
  const left = sorted.length - rows.length
  return [
    { kind: 'heading', text: 'Errors' },
    { kind: 'table', headers: ['count', 'error', 'endpoint'], align: ['right', 'left', 'left'], rows },
    ...(left > 0 ? [{ kind: 'text', parts: [`and ${shownCount(left)} more`] } as const] : []),
  ]
}

const MOST_NOTES = 30

function noteBlocks({ run, earlier, remarks }: Story): Block[] {
  const signals =
    run?.signals.map(({ text, spoilsPass }) => (spoilsPass ? `${text} (so no latency can pass)` : text)) ?? []
  const own = run === undefined ? [] : ownPercentiles(run)
  const notes = [
    ...signals,
    ...(run?.notes ?? []),
    ...remarks,
    ...own,
    ...(earlier?.note === undefined ? [] : [earlier.note]),
  ]
  const blocks: Block[] = []
  if (notes.length > 0) {
    const items = notes.slice(0, MOST_NOTES).map((note) => [note])
    const left = notes.length - items.length
    blocks.push(
      { kind: 'heading', text: 'Notes' },
      { kind: 'list', items: left > 0 ? [...items, [`and ${left} more`]] : items },
    )
  }
  const leftOut = earlier?.leftOut ?? []
  if (leftOut.length > 0) {
    const title = `${leftOut.length} earlier ${leftOut.length === 1 ? 'run is' : 'runs are'} no baseline`
    blocks.push({ kind: 'fold', title, blocks: [{ kind: 'list', items: leftOut.map((reason) => [reason]) }] })
  }
  return blocks
}

/** What the tool prints itself, beside what is measured from its record. */
function ownPercentiles({ fidelity, tool, total }: Run): string[] {
  const printed = fidelity === 'points' || fidelity === 'sketch' ? undefined : total.printed
  const found = printed?.percentiles.filter(({ percentile }) => [50, 95, 99].includes(percentile)) ?? []
  if (found.length === 0) return []
  const values = found.map(({ percentile, valueMs }) => `p${percentile} ${shownMs(valueMs)}`)
  return [`${tool} itself prints ${values.join(', ')}, by its own rule`]
}

function provenanceBlocks(run: Run, { plan, earlier }: Story): Block[] {
  const rows = run.sources.map(({ path, format, bytes, sha256, use }): Inline[] => [
    { code: path },
    FORMAT_NAMES[format],
    use,
    shownBytes(bytes),
    { code: sha256.slice(0, 12) },
  ])
  const headers = ['file', 'format', 'use', 'size', 'SHA-256']
  return [
    { kind: 'heading', text: 'Where the numbers come from' },
    { kind: 'table', headers, align: ['left', 'left', 'left', 'right', 'left'], rows: rows.slice(0, 100) },
    { kind: 'list', items: factLines(run, plan, earlier).map((line) => [line]) },
  ]
}

function factLines(run: Run, plan: Plan, earlier: EarlierRuns | undefined): string[] {
  const { confidence, failures, exclude } = plan
  return [
    `${run.tool}${run.version === undefined ? '' : ` ${run.version}`}, measured from the ${FORMAT_NAMES[run.format]}: ${FIDELITY[run.fidelity]}`,
    `percentiles: ${definitionOf(run)}${failures === 'exclude' ? ', successful requests only' : ', failed requests too'}`,
    confidence === undefined
      ? 'judged by the value alone (confidence: off)'
      : `a pass and a fail are each ${confidence} % sure`,
    warmUpLine(run, plan),
    ...(exclude.length === 0 ? [] : [`not measured: ${exclude.join(', ')}`]),
    ...(run.partial === undefined ? [] : [`the report is not whole: ${run.partial}`]),
    ...(earlier === undefined || earlier.kept.length === 0
      ? []
      : [`baseline: ${earlier.kept.map(({ origin }) => origin).join(', ')}`]),
  ]
}

const FIDELITY: Readonly<Record<Run['fidelity'], string>> = {
  samples: 'every request is in the record',
  buckets: 'counts in buckets with known edges',
  sketch: 'percentiles with a known relative error',
  points: 'only the percentiles that the tool prints',
}

function warmUpLine(run: Run, { warmUpMs }: Plan): string {
  if (warmUpMs > 0) return `warm-up: the first ${shownSpan(warmUpMs)} were cut, by the time at which a request started`
  return run.total.timeline === undefined
    ? 'warm-up: could not be cut, this format has no time per request'
    : 'warm-up: nothing was cut'
}
