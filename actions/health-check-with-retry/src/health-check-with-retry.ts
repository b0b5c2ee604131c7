import { type Frame, type Report, UserError } from '@hardgate/action'
import { caProblem } from '@hardgate/http'
import { budgetLine } from './budget.ts'
import { cancelledReport } from './cancelled.ts'
import { type Conclusion, conclude, sampleOf } from './conclude.ts'
import { hintsFor } from './hints.ts'
import type { Inputs } from './inputs.ts'
import { allThresholds } from './judge-thresholds.ts'
import { roundLines } from './log-lines.ts'
import { LATENCY_METRICS } from './metrics.ts'
import { outputsOf } from './outputs.ts'
import { type Check, checksOf, secretsOfInputs } from './plan.ts'
import { otherFailures, reasonOf } from './sentences.ts'
import { summaryOf } from './summary.ts'
import { verdictFor } from './verdict.ts'
import { scheduleOf, watch } from './watch.ts'

/** Watches the checks, and says what they came to and whether a rollback would help. */
export async function run(inputs: Inputs, frame: Frame): Promise<Report> {
  const startedAt = frame.clock.monotonic()
  for (const secret of secretsOfInputs(inputs)) frame.mask(secret)
  const checks = checksOf(inputs, await readCa(inputs.ca, frame), frame.env)
  const schedule = scheduleOf(inputs, checks)
  const thresholds = allThresholds(inputs, checks)
  const hasWarm = thresholds.some(({ metric }) => LATENCY_METRICS.includes(metric))
  frame.log.info(budgetLine(schedule, checks, hasWarm))
  warn(inputs, checks, schedule.delayMode, frame)
  for (const { subject, method, shownUrl } of checks) frame.log.info(`${subject.name}: ${method} ${shownUrl}`)

  const onRound = (round: Parameters<typeof roundLines>[0]): void => {
    for (const line of roundLines(round, inputs['max-attempts'])) frame.log.info(line)
  }
  const timeline = await watch({ checks, schedule, thresholds, startedAt, onRound }, frame)
  if (timeline.end === 'cancelled') return cancelledReport(timeline, String(frame.signal.reason))
  const conclusion = await conclude({ inputs, checks, timeline, thresholds }, frame)
  if (frame.signal.aborted) return cancelledReport(timeline, String(frame.signal.reason))
  logBody(conclusion, frame)
  return reportOf(conclusion)
}

function reportOf(conclusion: Conclusion): Report {
  const { run: found, rollback } = conclusion
  const reason = reasonOf(conclusion)
  const hints = hintsFor(found.deciding, sampleOf(conclusion, found.deciding))
  const decision =
    found.health === 'healthy' ? [] : [`should-rollback: ${rollback.shouldRollback}, because ${rollback.reason}.`]
  const reasons = [reason, ...hints, ...otherFailures(conclusion), ...decision]
  return {
    verdict: verdictFor(conclusion, reasons),
    outputs: outputsOf(conclusion),
    summary: summaryOf(conclusion, reason),
  }
}

async function readCa(ca: string, frame: Frame): Promise<string> {
  if (ca === '') return ''
  const pem = ca.includes('-----BEGIN') ? ca : await frame.readText(ca, { maxBytes: 1_048_576 })
  if (pem === undefined)
    throw new UserError(`ca: there is no file ${JSON.stringify(ca)}. Write PEM text or the path of a PEM file.`)
  const problem = caProblem(pem)
  if (problem !== undefined) throw new UserError(`ca: ${problem}.`)
  return pem
}

function warn(inputs: Inputs, checks: readonly Check[], delayMode: 'fixed' | 'grace', { log, env }: Frame): void {
  const expected = checks.flatMap(({ expectations }) => expectations.expectedVersion ?? [])
  if (inputs['tls-insecure'])
    log.warning('tls-insecure: any certificate is accepted, so anybody on the way may have answered.')
  if (delayMode === 'grace' && expected.length === 0) {
    log.warning(
      'initial-delay-mode: grace without expect-version can pass on the old release. Set expect-version, or fixed.',
    )
  }
  // of these events GITHUB_SHA is a merge commit that is deployed nowhere
  const isPullRequest = env['GITHUB_EVENT_NAME'] === 'pull_request'
  if (isPullRequest && expected.some((version) => version === env['GITHUB_SHA'])) {
    log.warning(
      'expect-version is github.sha, which on pull_request is the merge commit: the head is github.event.pull_request.head.sha.',
    )
  }
}

/** The start of the last bad answer, each line behind a bar, so that nobody takes it for ours. */
function logBody(conclusion: Conclusion, { log }: Frame): void {
  const { run: found, inputs } = conclusion
  const sample = sampleOf(conclusion, found.deciding)
  if (found.health === 'healthy' || inputs['log-body'] === 'never' || sample === undefined) return
  if (sample.excerpt === '') return
  log.info(`The last bad answer of ${found.deciding.subject.name} begins:`)
  for (const line of sample.excerpt.split('\n')) log.info(`| ${line}`)
}
