import { printDuration } from '@hardgate/action'
import { isInScope, type Threshold } from '@hardgate/gate'
import { allEntries, type CheckInputs, expectsNothing, namedEntries, settingOf } from './merge.ts'

interface RuleInputs extends CheckInputs {
  readonly 'initial-delay': number
  readonly 'max-attempts': number
  readonly 'success-threshold': number
  readonly deadline: number | undefined
  readonly thresholds: readonly Threshold[]
}

type Sentences = Generator<string, void, undefined>

function* entryProblems({ checks }: Pick<RuleInputs, 'checks'>): Sentences {
  yield* checks.problems
}

function* somethingToCheck(inputs: RuleInputs): Sentences {
  const entries = allEntries(inputs)
  if (inputs.checks.problems.length > 0) return
  if (entries.length === 0) yield 'url is required, or checks. Write one such as url: https://example.com/health.'
  else if (entries.every(({ isAdvisory }) => isAdvisory))
    yield 'checks: every entry is advisory, so nothing could fail. Let one of them have severity: gate.'
  if (entries.length > 50) yield `url and checks have ${entries.length} targets. The most is 50.`
}

function* base(inputs: RuleInputs): Sentences {
  const { 'base-url': url } = inputs
  if (url !== undefined) {
    if (/[?#]/.test(url)) yield 'base-url has a query or a fragment. Paths are put behind it: end it before.'
    return
  }
  const [first] = allEntries(inputs).filter(({ at }) => at.startsWith('/'))
  if (first !== undefined) yield `base-url is required: ${first.where} is a path.`
}

function* distinctNames(inputs: RuleInputs): Sentences {
  const names = namedEntries(inputs).map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) yield `Two checks have the name ${JSON.stringify(twice)}. Each needs one of its own.`
}

function* headHasNoBody(inputs: RuleInputs): Sentences {
  for (const entry of allEntries(inputs)) {
    if (entry.method !== 'HEAD') continue
    for (const name of ['expect-json', 'expect-body'] as const) {
      if (settingOf(entry, name, inputs).length > 0) {
        yield `${entry.where}: HEAD has no body, so ${name} cannot hold. Write method: GET, or empty ${name}.`
      }
    }
  }
}

function* something(inputs: RuleInputs): Sentences {
  for (const entry of allEntries(inputs)) {
    if (expectsNothing(entry, inputs)) {
      yield `${entry.where}: expects nothing, so any answer would pass. Give it expect-status, expect-json, expect-body, expect-header or health-format: auto.`
    }
  }
}

function* oneCredential(inputs: RuleInputs): Sentences {
  for (const entry of allEntries(inputs)) {
    const own = entry.settings
    const isBoth = own['bearer-token'] !== undefined && own['basic-auth'] !== undefined
    if (isBoth) yield `${entry.where}: has bearer-token and basic-auth. One request carries one of them.`
  }
  if (inputs['bearer-token'] !== undefined && inputs['basic-auth'] !== undefined) {
    yield 'bearer-token and basic-auth are both given. One request carries one of them.'
  }
}

function* attempts(inputs: RuleInputs): Sentences {
  const { 'max-attempts': most, 'success-threshold': streak, deadline } = inputs
  if (most === 0 && deadline === undefined)
    yield 'max-attempts: 0 goes on until deadline, which is then required. Write one such as deadline: 10m.'
  if (most !== 0 && streak > most)
    yield `success-threshold: ${streak} is above max-attempts: ${most}, so it could never be reached.`
}

function* deadlineAfterDelay(inputs: RuleInputs): Sentences {
  const { deadline, 'initial-delay': delay } = inputs
  if (deadline === undefined || deadline >= delay) return
  yield `deadline: ${printDuration(deadline)} is before the end of initial-delay: ${printDuration(delay)}, so no attempt could start.`
}

function* thresholdScopes(inputs: RuleInputs): Sentences {
  const named = namedEntries(inputs)
  for (const threshold of inputs.thresholds) {
    const problem = scopeProblem(threshold, named)
    if (problem !== undefined) yield `thresholds: ${JSON.stringify(threshold.line)} ${problem}`
  }
}

function scopeProblem(threshold: Threshold, named: ReturnType<typeof namedEntries>): string | undefined {
  const { metric, scope, limit } = threshold
  if (limit.from === 'baseline') return 'has a baseline, and this action has none. Write a value.'
  if (metric === 'time_to_healthy')
    return scope === undefined ? undefined : 'has a scope, and time_to_healthy is of the whole run.'
  const covered = named.filter(({ name }) => scope === undefined || isInScope(scope, name))
  if (covered.length === 0) return `names no check. There are ${named.map(({ name }) => name).join(', ')}.`
  const isHttps = covered.some(({ url }) => /^https:/i.test(url))
  return metric === 'cert_days' && !isHttps ? 'asks for a certificate, and none of its checks is https.' : undefined
}

/** What no input says by itself. */
export const rules = [
  entryProblems,
  somethingToCheck,
  base,
  distinctNames,
  headHasNoBody,
  something,
  oneCredential,
  attempts,
  deadlineAfterDelay,
  thresholdScopes,
]
