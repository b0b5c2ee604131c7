import type { Verdict } from '@hardgate/gate'
import type { Run } from '@hardgate/load'
import { type Endpoint, shareOf } from './endpoints.ts'
import { FORMAT_NAMES } from './formats.ts'
import type { Judgement } from './judge.ts'
import { isLatency } from './metrics.ts'
import { shownCount, shownMs, shownNumber, shownShare, shownSpan } from './quantity.ts'

interface Told {
  readonly run: Run
  readonly judgements: readonly Judgement[]
  /** The slowest first. */
  readonly endpoints: readonly Endpoint[]
}

/** One line each, the most important first. */
export function reasonsOf(verdict: Verdict, told: Told): readonly string[] {
  if (verdict.outcome === 'pass') return [passReason(told), ...firstBaseline(told)]
  if (verdict.outcome !== 'fail') return verdict.reasons
  const isSlow = told.judgements.some(
    ({ check, threshold }) => isFailure(check) && isLatency(threshold.metric) && threshold.scope === undefined,
  )
  const slowest = isSlow ? slowestText(told) : undefined
  const [first = '', ...others] = verdict.reasons
  return slowest === undefined ? verdict.reasons : [`${first}. Slowest: ${slowest}`, ...others]
}

const isFailure = ({ outcome, severity }: Judgement['check']): boolean => outcome === 'fail' && severity === 'gate'

/** `p95 431 ms (428 to 437) is under 500 ms; errors 0.12 % (23 of 18 944); 158 requests/s, 100 users, 2m00s; …` */
function passReason({ judgements, run }: Told): string {
  const gating = judgements.filter(({ check }) => check.severity === 'gate')
  const whole = gating.filter(({ threshold }) => isLatency(threshold.metric) && threshold.scope === undefined)
  const latency = whole.find(({ threshold }) => threshold.limit.from === 'value') ?? whole[0]
  const shown = latency ?? gating.find(({ threshold }) => threshold.metric !== 'error_rate')
  const parts = [
    ...(shown === undefined ? [] : [shown.check.explanation]),
    errorText(run),
    loadText(run),
    FORMAT_NAMES[run.format],
    ...(gating.length > 2 ? [`all ${gating.length} checks hold`] : []),
  ]
  return parts.filter((part) => part !== '').join('; ')
}

function errorText({ total: { failures, requests } }: Run): string {
  if (failures === undefined || requests === 0) return ''
  return `errors ${shownShare({ numerator: failures, denominator: requests })} (${shownCount(failures)} of ${shownCount(requests)})`
}

function loadText({ requestsPerSecond, mostUsers, durationMs }: Run): string {
  const parts = [
    ...(requestsPerSecond === undefined ? [] : [`${shownNumber(requestsPerSecond)} requests/s`]),
    ...(mostUsers === undefined ? [] : [`${shownCount(mostUsers)} ${mostUsers === 1 ? 'user' : 'users'}`]),
    ...(durationMs === undefined ? [] : [shownSpan(durationMs)]),
  ]
  return parts.join(', ')
}

/** Where one passed only because there was nothing to compare with. */
function firstBaseline({ judgements }: Told): string[] {
  const isFirst = judgements.some(
    ({ threshold, check, baseline }) =>
      threshold.limit.from === 'baseline' && check.outcome === 'pass' && baseline === undefined,
  )
  return isFirst ? ['No baseline yet: this run becomes the first once its verdict file is kept'] : []
}

function slowestText({ endpoints, run }: Told): string | undefined {
  const own = endpoints.filter(({ group, p95 }) => !group.isNested && p95 !== undefined)
  const [first] = own
  if (own.length < 2 || first?.p95 === undefined) return undefined
  return `${first.label} p95 ${shownMs(first.p95)} (${shareOf(first.group, run)} of the requests)`
}
