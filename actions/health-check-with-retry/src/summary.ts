import { type CheckHealth, classified, showVersion } from '@hardgate/health'
import { code, details, escapeMarkdown, fence, heading, table } from '@hardgate/markdown'
import type { Round } from '@hardgate/probe'
import { type Conclusion, sampleOf, samplesOf } from './conclude.ts'
import { hintsFor } from './hints.ts'
import { certificateDays } from './latency.ts'
import { ms } from './sentences.ts'
import { versionsSeen } from './verdict.ts'
import type { Sample } from './watch.ts'

const ICONS = {
  healthy: '✅',
  unhealthy: '❌',
  stale: '❌',
  unverified: '❔',
  blocked: '❔',
  unreachable: '❔',
  cancelled: '⏹️',
}
/** A row of symbols has to stay a row. */
const MOST_SYMBOLS = 40

/** Heading and reason, the checks, what to do, the rounds, the details. */
export function summaryOf(conclusion: Conclusion, reason: string): readonly string[] {
  return [
    `${heading(3, `${ICONS[conclusion.run.health]} health check: ${conclusion.run.health}`)}\n\n${escapeMarkdown(reason)}`,
    checksTable(conclusion),
    facts(conclusion),
    next(conclusion),
    roundsTable(conclusion),
    ...thresholds(conclusion),
    ...folded(conclusion),
  ].filter((section) => section !== '')
}

function checksTable(conclusion: Conclusion): string {
  const rows = conclusion.run.checks.map((check) => {
    const sample = sampleOf(conclusion, check)
    const version = check.judgement?.version
    return [
      code(check.subject.name),
      `${resultIcon(check)} ${escapeMarkdown(classified(check.health, check.failureClass))}`,
      String(sample?.exchange.status ?? '–'),
      version === undefined ? '–' : code(showVersion(version)),
      sample === undefined ? '–' : ms(sample.latencyMs),
      String(samplesOf(conclusion, check).length),
    ]
  })
  return table(['check', 'result', 'status', 'version', 'latency', 'attempts'], rows, [
    'left',
    'left',
    'right',
    'left',
    'right',
    'right',
  ])
}

const resultIcon = ({ health, subject }: CheckHealth): string =>
  subject.isGating || health === 'healthy' ? ICONS[health] : '⚠️'

function facts(conclusion: Conclusion): string {
  const { checks, rollback, run } = conclusion
  const expected = [...new Set(checks.flatMap(({ expectations }) => expectations.expectedVersion ?? []))]
  const seen = Object.entries(versionsSeen(conclusion)).map(([version, count]) => `${code(version)} × ${count}`)
  const release =
    expected.length === 0
      ? 'Release: not checked (expect-version is empty)'
      : `Release: ${expected.map((version) => code(showVersion(version))).join(', ')} expected`
  const answered = seen.length === 0 ? '' : `; answered: ${seen.join(', ')}`
  const answer = rollback.shouldRollback ? '**true**' : 'false'
  const why = run.health === 'healthy' ? '' : `, because ${escapeMarkdown(rollback.reason)}`
  return `${release}${answered}  \nshould-rollback: ${answer}${why}`
}

function next(conclusion: Conclusion): string {
  const hints = conclusion.run.checks
    .filter(({ health }) => health !== 'healthy')
    .flatMap((check) => hintsFor(check, sampleOf(conclusion, check)))
  const lines = [...new Set(hints)].map((hint) => `- ${escapeMarkdown(hint)}`)
  return lines.length === 0 ? '' : `**Next**\n\n${lines.join('\n')}`
}

function roundsTable({ timeline, checks }: Conclusion): string {
  const { rounds } = timeline
  const shown = rounds.slice(-MOST_SYMBOLS)
  const rows = checks.map((check) => [
    code(check.subject.name),
    shown.map((round) => symbolOf(round, check.subject)).join(' '),
  ])
  const left = rounds.length - shown.length
  const notes = [...legendOf(shown), ...(left > 0 ? [`the first ${left} are left out`] : [])]
  return `${table(['check', 'rounds'], rows)}\n\n<sub>${notes.join(', ')}</sub>`
}

/** Only what stands in the table is explained. */
function legendOf(rounds: readonly Round<Sample>[]): readonly string[] {
  const kinds = new Set(rounds.map(({ kind }) => kind))
  const isVoid = rounds.some(({ samples }) => samples.some(({ judgement }) => judgement.isVoid))
  return [
    '✓ healthy, ✗ not',
    ...(isVoid ? ['◌ from a cache'] : []),
    ...(kinds.has('grace') ? ['(in brackets) during the delay'] : []),
    ...(kinds.has('warm') ? ['\\[warm\\] to measure the latency, – not asked'] : []),
  ]
}

function symbolOf({ kind, samples }: Round<Sample>, subject: CheckHealth['subject']): string {
  const judgement = samples.find((sample) => sample.subject === subject)?.judgement
  const symbol = judgement === undefined ? '–' : judgement.isVoid ? '◌' : judgement.health === 'healthy' ? '✓' : '✗'
  if (kind === 'grace') return `(${symbol})`
  return kind === 'warm' ? `\\[${symbol}\\]` : symbol
}

function thresholds({ thresholdChecks }: Conclusion): readonly string[] {
  if (thresholdChecks.length === 0) return []
  const rows = thresholdChecks.map(({ threshold, outcome, severity, explanation }) => [
    outcome === 'pass' ? '✅' : severity === 'warn' ? '⚠️' : '❌',
    code(threshold),
    escapeMarkdown(explanation),
  ])
  return [table(['', 'threshold', 'measured'], rows)]
}

function folded(conclusion: Conclusion): readonly string[] {
  const { run, inputs } = conclusion
  return run.checks.flatMap((check) => {
    const sample = sampleOf(conclusion, check)
    if (sample === undefined) return []
    const isShown = check.health !== 'healthy' && inputs['log-body'] === 'failure'
    const excerpt = isShown ? sample.excerpt : ''
    const body = excerpt === '' ? '' : `\n\n${fence(excerpt)}`
    return [details(`${check.subject.name}: what was seen`, `${factsOf(conclusion, sample)}${body}`)]
  })
}

function factsOf({ timeline, now }: Conclusion, { check, exchange }: Sample): string {
  const { phases, certificate, address } = exchange
  const steps = Object.entries(phases).map(([name, at]) => `${PHASES.get(name) ?? name} ${ms(Number(at))}`)
  const days = certificateDays(check, timeline, now)
  const rows = [
    ['asked', `${check.method} ${code(check.shownUrl)}`],
    ['address', code(address ?? '')],
    ['phases', steps.join(', ')],
    ['redirects', exchange.redirects.map((url) => code(url)).join(' → ')],
    [
      'certificate',
      certificate === undefined || days === undefined
        ? ''
        : `${code(certificate.subject)} by ${code(certificate.issuer)}, ${days} days left${certificate.error === undefined ? '' : ` (${code(certificate.error)})`}`,
    ],
  ]
  return table(
    ['', ''],
    rows.filter(([, value]) => value !== ''),
  )
}

const PHASES: ReadonlyMap<string, string> = new Map([
  ['lookup', 'lookup'],
  ['connect', 'connect'],
  ['tls', 'TLS'],
  ['firstByte', 'first byte'],
  ['lastByte', 'last byte'],
])
