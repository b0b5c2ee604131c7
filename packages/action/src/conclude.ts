import { parseBoolean, type Verdict } from '@hardgate/gate'
import { redactText } from '@hardgate/http'
import { escapeMarkdown, heading, oneLine } from '@hardgate/markdown'
import { type Signal, statusOfSignal } from './cancellation.ts'
import type { Ending } from './ending.ts'
import { codeOf } from './errors.ts'
import type { Account, Report, Stage } from './frame.ts'
import type { Contract } from './inputs.ts'
import type { StepLog } from './log.ts'
import type { Masks } from './masks.ts'
import type { Outputs } from './outputs.ts'
import { writeSummary } from './summary.ts'
import { redactVerdict, verdictFolder, writeVerdict } from './verdict-file.ts'
import { flawOf } from './verdict-shape.ts'

const WHERE_TO_REPORT = 'https://github.com/OWNER/hardgate/issues/new'
const LONGEST_REASON = 1000

/** What an ending needs of the step that it ends. */
export interface Step {
  readonly contract: Contract
  readonly stage: Stage
  /** False: exit 0, whatever happened. */
  readonly mayFail: boolean
  /** The inputs as they came, for what holds even where they are wrong. */
  readonly raw: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly log: StepLog
  readonly masks: Masks
  readonly outputs: Outputs
  readonly cancelledBy: () => Signal | undefined
}

/** Tells the runner and the people how the step ended. Gives the exit status. */
export function conclude(ending: Ending, step: Step): number {
  const status = tell(ending, step)
  for (const [kind, count] of step.log.left()) step.log.info(`+ ${count} more ${kind}s in the summary`)
  return step.mayFail ? status : 0
}

function tell(ending: Ending, step: Step): number {
  let status: number
  switch (ending.kind) {
    case 'report':
      status = 'verdict' in ending.report ? concludeVerdict(ending.report, step) : concludeAccount(ending.report, step)
      break
    case 'input-errors':
      status = concludeInputErrors(ending.problems, ending.account, step)
      break
    case 'user-fault':
      status = concludeFault(ending.messages, step)
      break
    case 'bug':
      status = concludeBug(ending.errors, step)
      break
    case 'cancelled':
      status = concludeCancelled(ending.by, ending.meanwhile, step)
      break
  }
  return status
}

function concludeVerdict(report: Report, step: Step): number {
  const flaw = flawOf(report.verdict)
  if (flaw !== undefined) throw new Error(`a verdict that cannot be: ${flaw}`)
  const verdict = redactVerdict(report.verdict, step.masks)
  const reason = oneLine(verdict.reasons[0] ?? '', LONGEST_REASON)
  const path = fileVerdict(verdict, step)
  // the verdict last: where a write fails midway, it is still no-data
  setAll({ ...report.outputs, 'verdict-file': path, reason, verdict: verdict.outcome }, step)
  summarise(report.summary ?? [headline(verdict.outcome, step), verdict.reasons.map(bullet).join('\n')], step)
  return announce(verdict, step)
}

function fileVerdict(verdict: Verdict, { env, log }: Step): string {
  const temp = env['RUNNER_TEMP'] ?? ''
  if (temp === '') return ''
  try {
    return writeVerdict(verdict, verdictFolder(temp))
  } catch (error) {
    // The verdict is not less true for it; what reads the file says that there is none.
    log.warning(
      `The verdict file cannot be written (${codeOf(error) ?? 'unknown error'}): metrics and baselines will not have it.`,
    )
    return ''
  }
}

function announce(verdict: Verdict, step: Step): number {
  const { log } = step
  for (const { severity, outcome, explanation } of verdict.checks)
    if (severity === 'warn' && outcome !== 'pass') log.warning(explanation)
  const text = verdict.reasons.join('\n')
  const by = step.cancelledBy()
  if (by !== undefined) {
    log.announce('warning', text)
    return statusOfSignal(by)
  }
  if (verdict.outcome === 'pass') {
    log.info(text)
    return 0
  }
  if (verdict.outcome === 'inconclusive' && isTolerated(step)) {
    log.announce(step.raw['on-inconclusive'] === 'pass' ? 'notice' : 'warning', text)
    return 0
  }
  log.announce(worst(step), text)
  return 1
}

const isTolerated = ({ raw }: Step): boolean => raw['on-inconclusive'] === 'warn' || raw['on-inconclusive'] === 'pass'

function concludeAccount({ reason, isFailure = false, outputs, summary }: Account, step: Step): number {
  if (step.contract.outputs.includes('verdict')) throw new Error('an action with the output verdict gave none')
  setAll({ ...outputs, ...declared({ reason: oneLine(reason, LONGEST_REASON) }, step) }, step)
  summarise(summary ?? [], step)
  step.log.info(reason)
  const by = step.cancelledBy()
  if (by !== undefined) return statusOfSignal(by)
  return isFailure ? 1 : 0
}

function concludeInputErrors(problems: readonly string[], account: Account | undefined, step: Step): number {
  const more =
    problems.length > 1 ? ` (and ${problems.length - 1} more input ${problems.length > 2 ? 'errors' : 'error'})` : ''
  const text = [...problems, ...(account === undefined ? [] : [account.reason])].join('\n')
  // the main stage has annotated the same inputs already
  if (step.stage === 'post') step.log.info(text)
  else step.log.announce('error', text)
  setAll(
    { ...account?.outputs, ...declared({ reason: oneLine(`${problems[0] ?? ''}${more}`, LONGEST_REASON) }, step) },
    step,
  )
  summarise([headline('input error', step), problems.map(bullet).join('\n'), ...(account?.summary ?? [])], step)
  return 1
}

function concludeFault(messages: readonly string[], step: Step): number {
  step.log.announce(worst(step), messages.join('\n'))
  setAll(declared({ reason: oneLine(messages[0] ?? '', LONGEST_REASON) }, step), step)
  summarise([headline('ended early', step), messages.map(bullet).join('\n')], step)
  return 1
}

function concludeBug(errors: readonly unknown[], step: Step): number {
  const { name } = step.contract
  const [first] = errors
  const what = redactText(first instanceof Error ? `${first.name}: ${first.message}` : String(first))
  for (const error of errors) step.log.info(redactText(stackOf(error)))
  step.log.announce(worst(step), `This is a bug in hardgate ${name}: ${what}\nPlease report it: ${WHERE_TO_REPORT}`)
  setAll(declared({ reason: oneLine(`a bug in ${name} ended the step: ${what}`, LONGEST_REASON) }, step), step)
  summarise([headline('bug', step), `${escapeMarkdown(what)}\n\nPlease report it: ${WHERE_TO_REPORT}`], step)
  return 1
}

function concludeCancelled(by: Signal, meanwhile: unknown, step: Step): number {
  const reason = `cancelled by ${by} before anything was judged`
  if (meanwhile !== undefined) step.log.info(redactText(`while it ended: ${stackOf(meanwhile)}`))
  step.log.announce('warning', `${step.contract.name}: ${reason}.`)
  setAll(declared({ reason }, step), step)
  summarise([headline('cancelled', step), `It was ${reason}.`], step)
  return statusOfSignal(by)
}

// A gate's error after the job's own work is done does not turn a good job red.
const worst = ({ stage, mayFail }: Step): 'error' | 'warning' => (stage === 'post' && !mayFail ? 'warning' : 'error')

/** None is written where one of the names is wrong: half of a report could be read as the whole. */
function setAll(outputs: Readonly<Record<string, string>>, { contract, outputs: sink }: Step): void {
  const unknown = Object.keys(outputs).find((name) => !contract.outputs.includes(name))
  if (unknown !== undefined) throw new Error(`the output ${unknown} is not declared in action.yml`)
  for (const [name, value] of Object.entries(outputs)) sink.set(name, value)
}

const declared = (outputs: Readonly<Record<string, string>>, { contract }: Step): Record<string, string> =>
  Object.fromEntries(Object.entries(outputs).filter(([name]) => contract.outputs.includes(name)))

function summarise(sections: readonly string[], { raw, env, masks }: Step): void {
  if (parseBoolean(raw['summary'] ?? '') === false) return
  writeSummary(sections, env['GITHUB_STEP_SUMMARY'], masks.redact)
}

const headline = (what: string, { contract }: Step): string => heading(3, `${contract.name}: ${what}`)
const bullet = (line: string): string => `- ${escapeMarkdown(line)}`

const MAX_CAUSES = 8

function stackOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.stack ?? `${error.name}: ${error.message}`
  const inner: readonly unknown[] = error instanceof AggregateError ? error.errors : []
  const causes = [...inner, ...(error.cause === undefined ? [] : [error.cause])]
  if (depth >= MAX_CAUSES) return own
  return [own, ...causes.slice(0, MAX_CAUSES).map((one) => `caused by ${stackOf(one, depth + 1)}`)].join('\n')
}
