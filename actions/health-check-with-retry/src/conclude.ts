import type { Frame } from '@hardgate/action'
import type { Check as GateCheck, Measurement, Threshold } from '@hardgate/gate'
import {
  type CheckHealth,
  decideRollback,
  healthOfRun,
  type JudgedRound,
  needsControl,
  type RollbackDecision,
  type RunHealth,
  withFailedControl,
} from '@hardgate/health'
import type { Timeline } from '@hardgate/probe'
import { askControl, type Control } from './control.ts'
import type { Inputs } from './inputs.ts'
import { judgeThresholds } from './judge-thresholds.ts'
import { measurementsOf } from './latency.ts'
import type { Check } from './plan.ts'
import type { Sample } from './watch.ts'

/** Everything that a run came to. */
export interface Conclusion {
  readonly inputs: Inputs
  readonly checks: readonly Check[]
  readonly timeline: Timeline<Sample>
  readonly run: RunHealth
  /** Absent: it was not asked. */
  readonly control?: Control
  readonly rollback: RollbackDecision
  /** Judged only where the streak was reached. */
  readonly thresholdChecks: readonly GateCheck[]
  readonly measurements: readonly Measurement[]
  readonly now: Date
}

export interface Watched {
  readonly inputs: Inputs
  readonly checks: readonly Check[]
  readonly timeline: Timeline<Sample>
  readonly thresholds: readonly Threshold[]
}

/** Health, control, thresholds, rollback, in that order. */
export async function conclude(watched: Watched, frame: Frame): Promise<Conclusion> {
  const { inputs, checks, timeline, thresholds } = watched
  const rounds = timeline.rounds.map(judgedRound)
  const isReached = timeline.end === 'streak'
  const subjects = checks.map(({ subject }) => subject)
  const first = healthOfRun(subjects, rounds, isReached)
  const control = await controlOf(first, watched, frame)
  const controlled = control === undefined || control.isGood ? first : withFailedControl(first, control.found)
  const now = frame.clock.now()
  const measurements = measurementsOf(checks, timeline, now)
  const thresholdChecks = isReached ? judgeThresholds(thresholds, measurements) : []
  const run = withThresholds(controlled, thresholdChecks)
  const rollback = decideRollback({
    run,
    rounds,
    rules: inputs['rollback-on'],
    isCancelled: frame.signal.aborted,
    control: control === undefined ? 'not-asked' : control.isGood ? 'answered' : 'failed',
    ...expectedVersion(run.deciding, checks),
  })
  const told = { inputs, checks, timeline, run, rollback, thresholdChecks, measurements, now }
  return control === undefined ? told : { ...told, control }
}

const judgedRound = ({ kind, samples }: Timeline<Sample>['rounds'][number]): JudgedRound => ({
  samples,
  isFree: kind === 'grace',
  isWarm: kind === 'warm',
})

async function controlOf(run: RunHealth, { inputs, checks }: Watched, frame: Frame): Promise<Control | undefined> {
  const { 'control-url': url } = inputs
  const like = checks.find(({ subject }) => subject === run.deciding.subject)
  if (url === undefined || like === undefined || !needsControl(run)) return undefined
  return askControl(url, like, frame)
}

/** Healthy but too slow, or with a certificate that ends too soon where that is no warning. */
function withThresholds(run: RunHealth, checks: readonly GateCheck[]): RunHealth {
  const missed = checks.find(({ severity, outcome }) => severity === 'gate' && outcome !== 'pass')
  if (run.health !== 'healthy' || missed === undefined) return run
  const owner = run.checks.find(({ subject }) => subject.name === missed.scope) ?? run.deciding
  const finding = { health: 'unhealthy', failureClass: 'threshold', reason: missed.explanation } as const
  const deciding = { ...owner, ...finding }
  return { ...finding, deciding, checks: run.checks.map((check) => (check === owner ? deciding : check)) }
}

/** The version that the deciding check expects; that of any check where it is exempt itself. */
function expectedVersion({ subject }: CheckHealth, checks: readonly Check[]): { expectedVersion?: string } {
  const own = checks.find((check) => check.subject === subject)?.expectations.expectedVersion
  const version =
    own ?? checks.find(({ expectations }) => expectations.expectedVersion !== undefined)?.expectations.expectedVersion
  return version === undefined ? {} : { expectedVersion: version }
}

/** The sample that decided a check. */
export function sampleOf({ timeline }: Pick<Conclusion, 'timeline'>, { judgement }: CheckHealth): Sample | undefined {
  return timeline.rounds.flatMap(({ samples }) => samples).find((sample) => sample.judgement === judgement)
}

/** All samples of a check, in order; grace and warm ones on demand. */
export function samplesOf(
  { timeline }: Pick<Conclusion, 'timeline'>,
  { subject }: Pick<CheckHealth, 'subject'>,
  kinds: readonly Timeline<Sample>['rounds'][number]['kind'][] = ['attempt'],
): readonly Sample[] {
  return timeline.rounds
    .filter(({ kind }) => kinds.includes(kind))
    .flatMap(({ samples }) => samples.filter((sample) => sample.subject === subject))
}
