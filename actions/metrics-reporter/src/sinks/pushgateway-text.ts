import type { BuildEvent, CoverageValues, GatePart, Status } from '../build-event.ts'
import { plainDecimal } from '../decimal.ts'

type Labels = Readonly<Record<string, string>>

interface Family {
  readonly name: string
  readonly help: string
  readonly samples: readonly Sample[]
}

interface Sample {
  readonly labels?: Labels
  /** As it is written. */
  readonly value: string
}

const STATUSES: readonly Status[] = ['success', 'failure', 'error', 'timeout', 'cancellation', 'skip']
const OUTCOMES: readonly GatePart['outcome'][] = ['pass', 'fail', 'inconclusive', 'no-data']
const COVERAGES: readonly (keyof CoverageValues)[] = [
  'lines',
  'branches',
  'functions',
  'statements',
  'patch_lines',
  'patch_branches',
]

/** The metrics of one group as text for Prometheus. What is unknown has no line: the group then shows none. */
export function metricsText(event: BuildEvent, added: Labels): string {
  const prefix = event.type === 'ci.job.completed' ? 'ci_job_last' : 'ci_run_last'
  const labels = bodyLabels(added)
  return [...timesOf(event), ...countsOf(event), statusOf(event), ...judgedOf(event)]
    .filter(({ samples }) => samples.length > 0)
    .map((family) => familyText({ ...family, name: `${prefix}_${family.name}` }, labels))
    .join('')
}

function timesOf({ duration_seconds: duration, time }: BuildEvent): Family[] {
  const completed = Date.parse(time.completed_at) / 1000
  return [
    { name: 'duration_seconds', help: 'How long it ran.', samples: known(duration) },
    { name: 'queue_seconds', help: 'How long it waited for a runner.', samples: known(time.queued_seconds) },
    { name: 'completed_timestamp_seconds', help: 'When it ended.', samples: known(completed) },
  ]
}

function countsOf({ run, soft_failures: soft }: BuildEvent): Family[] {
  return [
    // digits as they are: the double that they become is the receiver's affair
    { name: 'run_id', help: "GitHub's id of the workflow run.", samples: [{ value: run.id }] },
    { name: 'run_attempt', help: 'Which attempt of the run.', samples: known(run.attempt) },
    { name: 'soft_failures', help: 'Failures that did not fail it.', samples: known(soft?.count) },
  ]
}

function statusOf({ status }: BuildEvent): Family {
  const samples = STATUSES.map((one) => ({ labels: { status: one }, value: one === status ? '1' : '0' }))
  return { name: 'status', help: '1 for how it ended.', samples }
}

function judgedOf({ coverage, gates = [], metrics = [] }: BuildEvent): Family[] {
  return [
    {
      name: 'coverage_ratio',
      help: 'Covered share, from 0 to 1.',
      samples: COVERAGES.flatMap((kind) => known(coverage?.[kind], { kind })),
    },
    {
      name: 'gate',
      help: '1 for the outcome of a gate.',
      samples: gates.flatMap(({ gate, outcome }) =>
        OUTCOMES.map((one) => ({ labels: { gate, outcome: one }, value: one === outcome ? '1' : '0' })),
      ),
    },
    {
      name: 'measurement',
      help: 'What a gate or the input metrics measured.',
      samples: metrics.flatMap(({ gate = '', name, scope = '', unit, value }) =>
        known(value, { gate, name, scope, unit }),
      ),
    },
  ]
}

const known = (value: number | undefined, labels: Labels = {}): Sample[] =>
  value === undefined ? [] : [{ labels, value: plainDecimal(value) }]

function familyText({ name, help, samples }: Family, added: Labels): string {
  // One line a series, the last value: Pushgateway refuses the whole body where a series is there twice
  const lines = new Map(samples.map(({ labels, value }) => [`${name}${labelsText({ ...labels, ...added })}`, value]))
  const body = [...lines].map(([series, value]) => `${series} ${value}\n`).join('')
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${body}`
}

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${labelValue(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

/** Through UTF-8 and back, so that half a surrogate pair is the same text here as there. */
function labelValue(value: string): string {
  return Buffer.from(value, 'utf8')
    .toString('utf8')
    .replaceAll('\r', ' ')
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
}

/** Those of the group and of these families; `instance` is set by Pushgateway. */
const TAKEN: ReadonlySet<string> = new Set([
  ...['job', 'instance', 'repository', 'workflow', 'task', 'ref_class'],
  ...['status', 'kind', 'gate', 'outcome', 'name', 'scope', 'unit'],
])

/**
 * The labels that the input adds are on the samples and not in the grouping key: a new value replaces the old one, where
 * each would have left a group behind for ever.
 */
function bodyLabels(added: Labels): Labels {
  const named = Object.entries(added).map(([key, value]) => {
    const name = key.replace(/[^A-Za-z0-9_]/g, '_')
    return [TAKEN.has(name) || name.startsWith('__') ? `label_${name}` : name, value] as const
  })
  return Object.fromEntries(named)
}
