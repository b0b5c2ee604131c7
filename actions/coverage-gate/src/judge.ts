import {
  type Check,
  checkThresholds,
  compare,
  type Exact,
  type Measurement,
  minus,
  type Ratio,
  type Threshold,
  type Verdict,
} from '@hardgate/gate'
import { type Answer, answerTo, type Evidence } from './answers.ts'
import { type Baseline, linesOf, traceOf } from './baseline.ts'
import { boundsText } from './branch-advice.ts'
import { fractionOfPercent, percentText } from './fraction.ts'
import { gapsText } from './gaps.ts'
import { adjusted, replaced, withScopes } from './ratchet.ts'
import type { Finding, ReasonCode } from './reasons.ts'
import { asFraction, measuredText, met, missed, type Shown, subjectOf, undecided } from './sentences.ts'

export const GATE = 'coverage-gate'

export interface Judging {
  readonly thresholds: readonly Threshold[]
  readonly evidence: Evidence
  readonly baseline: Baseline | undefined
}

/** A finding for each threshold, and the measurement that it is about. */
export interface Judgement {
  readonly finding: Finding
  readonly threshold: Threshold
  readonly measurement?: Measurement
  /** What it was held against, as a share; absent: not a share, or not known. */
  readonly limit?: Exact
  /** The baseline as it was, where it had to be adjusted to a deletion. */
  readonly adjustedFrom?: Measurement
  readonly adjustedTo?: Measurement
}

export function judgeAll(judging: Judging): Judgement[] {
  return judging.thresholds.map((threshold) => judgeOne(threshold, answerTo(threshold, judging.evidence), judging))
}

function judgeOne(threshold: Threshold, answer: Answer, judging: Judging): Judgement {
  if (answer.kind === 'decided') return { threshold, finding: answer.finding }
  if (answer.kind === 'not-applicable') return { threshold, finding: notApplicable(threshold, answer.why) }
  const { measurement } = answer
  const held = againstBaseline(threshold, measurement, judging)
  const finding = tell({ threshold, measurement, held, judging })
  const { limit, plain, lowered } = held
  return {
    threshold,
    measurement,
    finding,
    ...(limit === undefined ? {} : { limit }),
    ...(plain === undefined || lowered === undefined ? {} : { adjustedFrom: plain, adjustedTo: lowered }),
  }
}

export function notApplicable(threshold: Threshold, why: string): Finding {
  const { line, severity, metric, scope } = threshold
  return {
    threshold: line,
    severity,
    outcome: 'pass',
    metric,
    ...(scope === undefined ? {} : { scope }),
    measured: 'not applicable',
    explanation: `${subjectOf(threshold)} not applicable: ${why}.`,
  }
}

interface Held {
  readonly check: Check
  readonly limit?: Exact
  /** The baseline's own measurement. */
  readonly plain?: Measurement
  /** The same without the removed lines, where it had to be asked. */
  readonly lowered?: Measurement
}

/** A fixed limit as it is; a baseline first as it was and, where that is missed, without the code that is gone. */
function againstBaseline(threshold: Threshold, measurement: Measurement, { baseline }: Judging): Held {
  if (threshold.limit.from === 'value') {
    const check = checkOf(threshold, measurement, undefined, undefined)
    return threshold.kind === 'percent' ? { check, limit: fractionOfPercent(threshold.limit.value) } : { check }
  }
  const coverage = linesOf(baseline)
  const own = baseline?.kind === 'found' ? baseline.verdict : undefined
  const verdict = own === undefined || coverage === undefined ? own : withScopes(own, coverage, [threshold.scope])
  const check = checkOf(threshold, measurement, verdict, baseline)
  const plain = find(verdict, measurement)
  if (verdict === undefined || plain === undefined) return { check }
  const first = { check, plain, ...limitFrom(threshold, plain) }
  const trace = traceOf(baseline)
  if (check.outcome === 'pass' || coverage === undefined || trace === undefined) return first
  const lowered = adjusted(measurement, coverage, trace)
  if (lowered?.ratio === undefined || plain.ratio === undefined) return first
  if (compare(asFraction(lowered.ratio), asFraction(plain.ratio)) >= 0) return first
  const second = checkOf(threshold, measurement, replaced(verdict, lowered), baseline)
  return { check: second, plain, lowered, ...limitFrom(threshold, lowered) }
}

function checkOf(
  threshold: Threshold,
  measurement: Measurement,
  verdict: Verdict | undefined,
  baseline: Baseline | undefined,
): Check {
  const isFirst = baseline !== undefined && baseline.kind !== 'unknown' && baseline.isFirst
  const [check] = checkThresholds({
    gate: GATE,
    measurements: [measurement],
    // a scope means itself here, and no other scope that it would cover
    thresholds: [threshold],
    baseline: verdict === undefined ? [] : [verdict],
    withoutBaseline: isFirst ? 'pass' : 'inconclusive',
  })
  if (check === undefined) throw new Error(`${threshold.line} was not judged`)
  return check
}

const find = (verdict: Verdict | undefined, { metric, scope }: Measurement): Measurement | undefined =>
  verdict?.measurements.find((one) => one.metric === metric && one.scope === scope)

function limitFrom({ limit }: Threshold, { ratio }: Measurement): { limit?: Exact } {
  if (ratio === undefined || limit.from === 'value') return {}
  const base = asFraction(ratio)
  if (limit.change === undefined) return { limit: base }
  const change = fractionOfPercent(limit.change.value)
  return { limit: minus(base, limit.change.sign === '-' ? change : { ...change, numerator: -change.numerator }) }
}

interface Telling {
  readonly threshold: Threshold
  readonly measurement: Measurement
  readonly held: Held
  readonly judging: Judging
}

function tell({ threshold, measurement, held, judging }: Telling): Finding {
  const { check, limit } = held
  const { ratio } = measurement
  if (ratio === undefined) return tellNumber(threshold, check, judging)
  if (limit === undefined) return tellWithoutLimit(threshold, { check, ratio }, judging.baseline)
  const shown: Shown = {
    threshold,
    ratio,
    limit,
    limitText: limitText(threshold, held, { ratio, baseline: judging.baseline }),
    ...(threshold.metric === 'patch.lines' ? { unit: ' changed lines' } : {}),
  }
  const measured = measuredText(shown)
  if (check.outcome === 'pass') return { ...check, measured, explanation: met(shown) }
  if (check.outcome === 'inconclusive') return tellBounds(shown, measurement, { check, judging })
  const gaps = gapsText(threshold, judging.evidence, limit)
  return { ...check, code: 'below-threshold', measured, explanation: `${missed(shown)}${gaps}` }
}

function tellNumber(threshold: Threshold, check: Check, { evidence }: Judging): Finding {
  if (check.outcome === 'pass') return check
  const gaps = gapsText(threshold, evidence, undefined)
  return { ...check, code: 'below-threshold', explanation: `${check.explanation}.${gaps}` }
}

function tellWithoutLimit(
  threshold: Threshold,
  { check, ratio }: { readonly check: Check; readonly ratio: Ratio },
  baseline: Baseline | undefined,
): Finding {
  const share = `${percentText(asFraction(ratio))} % (${ratio.numerator} of ${ratio.denominator})`
  const subject = `${subjectOf(threshold)} ${share}`
  if (check.outcome === 'pass')
    return {
      ...check,
      measured: share,
      explanation: `${subject}: first baseline recorded, there was nothing to compare with.`,
    }
  const code: ReasonCode = 'no-baseline'
  const why =
    baseline === undefined || baseline.kind === 'found'
      ? check.explanation.replace(/^[^:]*(?:: [\w.]+)?: /, '')
      : baseline.why
  return { ...check, code, measured: share, explanation: `${subject} cannot be compared: ${why}.` }
}

function tellBounds(
  shown: Shown,
  measurement: Measurement,
  { check, judging }: { readonly check: Check; readonly judging: Judging },
): Finding {
  const { ratio, lowRatio = ratio, highRatio = ratio } = measurement
  const low = lowRatio ?? shown.ratio
  const high = highRatio ?? shown.ratio
  const reports = judging.evidence.whole.reports.map(({ path, report }) => ({ path, format: report.format }))
  return {
    ...check,
    code: 'bounds',
    measured: `${percentText(asFraction(low), [shown.limit])} % to ${percentText(asFraction(high), [shown.limit])} %`,
    explanation: `${undecided(shown, { low, high })} ${boundsText(reports)}`,
  }
}

/** `70 %`, or `baseline 81.35 % (1627 of 2000, main 1a2b3c4, 3 commits back)`. */
function limitText(
  { limit }: Threshold,
  { limit: share, plain, lowered }: Held,
  { ratio, baseline }: { readonly ratio: Ratio; readonly baseline: Baseline | undefined },
): string {
  if (limit.from === 'value') return `${limit.value} %`
  const base = lowered ?? plain
  if (base?.ratio === undefined || share === undefined || baseline?.kind !== 'found') return 'the baseline'
  const { numerator, denominator } = base.ratio
  const text = (one: Exact): string => `${percentText(one, [asFraction(ratio)])} %`
  const removed = lowered === undefined ? '' : ' without the removed lines'
  const source = `${numerator} of ${denominator}${removed}, ${baseline.origin}`
  const { change } = limit
  if (change === undefined) return `baseline ${text(share)} (${source})`
  return `${text(share)}, the baseline ${text(asFraction(base.ratio))} ${change.sign} ${change.value} (${source})`
}
