import type { Frame } from '@hardgate/action'
import type { Sent } from './deliver.ts'
import { isLeft, type Settled } from './settle.ts'

/** One warning and one notice a step: annotations are few, and the build is not about its reporter. */
export function tell(
  { outcomes, kept }: Settled,
  notices: readonly string[],
  isStrict: boolean,
  { log }: Pick<Frame, 'log'>,
): void {
  const sent = outcomes.flatMap((one) => one.sent)
  const left = sent.filter(isLeft)
  const isExpected = ({ reason }: Sent): boolean => reason === 'no-credentials'
  const [expected, troubles] = [left.filter(isExpected), left.filter((one) => !isExpected(one))]
  const refused = named(expected, 'wants credentials, and this run, from a fork or by dependabot, has none.')
  const whereExpected = troubles.length === 0 && expected.length > 0 ? [kept.spooled.told] : []
  const all = [...notices, ...refused, ...whereExpected, ...unconfirmed(sent)]
  if (all.length > 0) log.notice(`metrics-reporter: ${all.join('\n')}`)
  if (troubles.length > 0) log.warning(warningOf(troubles, kept, isStrict))
  for (const { endpoint, result, remark } of sent)
    if (result === 'delivered' && remark !== undefined) log.info(`metrics-reporter: ${endpoint.name} says "${remark}"`)
}

function warningOf(troubles: readonly Sent[], kept: Settled['kept'], isStrict: boolean): string {
  const partly = troubles.filter(({ result }) => result === 'partial')
  const failed = troubles.filter(({ result }) => result !== 'partial')
  const lines = [
    ...grouped(failed, (one) => `did not take the event: ${reasonOf(one)}.`),
    ...grouped(partly, (one) => `${partTold(one)}.`),
  ]
  const effect = isStrict ? [] : ['The build is not affected.']
  const places = [
    ...(failed.length === 0 ? [] : [kept.spooled.told]),
    ...(partly.length === 0 ? [] : ['What was rejected is not sent again by itself.', kept.rejected.told]),
  ]
  const [last = '', ...before] = lines.toReversed()
  const end = [last, ...effect, ...places].filter((part) => part !== '').join(' ')
  return `metrics-reporter: ${[...before.toReversed(), end].join('\n')}`
}

/** `took 5 of 7 data points and rejected 2: "out of bounds"` */
function partTold({ reason = '', answer }: Sent): string {
  const told = answer === undefined ? reason : `${reason}: "${answer}"`
  return reason.startsWith('took ') ? told : `took a part of the event: ${told}`
}

/** What a receiver gave no answer to is told where it should have answered. */
function unconfirmed(sent: readonly Sent[]): string[] {
  const some = sent.filter(({ result, reason, remark }) => result === 'unconfirmed' && (reason ?? remark) !== undefined)
  return grouped(some, ({ reason, remark = '' }) => `did not confirm the event: ${reason ?? remark}.`)
}

const named = (sent: readonly Sent[], text: string): string[] => grouped(sent, () => text)

/** One line for each endpoint and text, however many events it is of. */
function grouped(sent: readonly Sent[], textOf: (one: Sent) => string): string[] {
  const counts = new Map<string, number>()
  for (const one of sent) {
    const line = `${nameOf(one)} ${textOf(one)}`
    counts.set(line, (counts.get(line) ?? 0) + 1)
  }
  const lines = [...counts].map(([line, count]) => (count === 1 ? line : `${line} (${count} events)`))
  const more = lines.length - LINES_MAX
  return more <= 0 ? lines : [...lines.slice(0, LINES_MAX), `… and ${more} more, in the summary.`]
}

const LINES_MAX = 10

const reasonOf = ({ reason = 'no reason', answer }: Sent): string =>
  answer === undefined ? reason : `${reason}, answer "${answer}"`
const nameOf = ({ endpoint }: Sent): string => `${endpoint.name} (${endpoint.shown})`
