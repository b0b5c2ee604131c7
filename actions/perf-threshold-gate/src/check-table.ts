import type { Check, Outcome, Verdict } from '@hardgate/gate'
import type { Judgement } from './judge.ts'
import type { Block, Inline } from './page.ts'
import { shownNumber } from './quantity.ts'
import { shortened } from './sentences.ts'

interface Told {
  readonly verdict: Verdict
  readonly judgements: readonly Judgement[]
}

const MOST_CHECKS = 100

/** Threshold, measured, interval, margin, outcome; what earlier runs had, where there are some. */
export function checkBlocks({ judgements }: Told): Block[] {
  if (judgements.length === 0) return []
  const sorted = judgements.toSorted((a, b) => rank(a.check) - rank(b.check))
  const hasBaseline = sorted.some(({ baseline }) => baseline !== undefined)
  const rows = sorted.slice(0, MOST_CHECKS).map((one) => rowOf(one, hasBaseline))
  const left = sorted.length - rows.length
  const before = hasBaseline ? ['baseline', 'change'] : []
  const blocks: Block[] = [
    {
      kind: 'table',
      headers: ['outcome', 'threshold', 'measured', 'interval', 'margin', ...before],
      align: ['left', 'left', 'right', 'right', 'right', ...before.map(() => 'right' as const)],
      rows,
    },
  ]
  if (left > 0) blocks.push({ kind: 'text', parts: [`and ${left} more checks in the verdict file`] })
  return blocks
}

const WORST: readonly Outcome[] = ['fail', 'no-data', 'inconclusive', 'pass']

const rank = ({ outcome, severity }: Check): number => WORST.indexOf(outcome) + (severity === 'gate' ? 0 : WORST.length)

function rowOf({ check, threshold, baseline, measurement }: Judgement, hasBaseline: boolean): Inline[] {
  const { measured, interval } = partsOf(check)
  const unit = measurement === undefined ? '' : unitText(measurement.unit)
  const before =
    baseline === undefined
      ? ['–', '–']
      : [
          `${shownNumber(baseline.value)}${unit} (${baseline.runs})`,
          baseline.change === undefined ? '–' : signed(baseline.change, ' %'),
        ]
  return [
    `${SIGNS[check.outcome]} ${check.outcome}${check.severity === 'warn' ? ' (warn)' : ''}`,
    { code: lineOf(check, threshold.scope) },
    measured,
    interval,
    marginText(check, unit),
    ...(hasBaseline ? before : []),
  ]
}

const SIGNS: Readonly<Record<Outcome, string>> = { pass: '✅', fail: '❌', inconclusive: '❔', 'no-data': '❌' }

/** A glob can mean many labels: each row names its own. */
function lineOf({ threshold, scope }: Check, glob: string | undefined): string {
  return scope === undefined || glob === scope ? threshold : `${threshold} (${scope})`
}

/** `612 ms` and `598 to 630` of `612 ms (598 ms to 630 ms)`. */
function partsOf({ measured }: Check): { readonly measured: string; readonly interval: string } {
  if (typeof measured !== 'string') return { measured: '–', interval: '–' }
  const text = withoutUnit(shortened(measured))
  const [, value = text, interval] = /^(.*) \(([^()]*(?: to |or more)[^()]*)\)$/.exec(text) ?? []
  return { measured: value, interval: interval ?? '–' }
}

const withoutUnit = (text: string): string => text.replaceAll(' 1/s', ' /s')

const unitText = (unit: string): string => (unit === '1' ? '' : unit === '1/s' ? ' /s' : ` ${unit}`)

function marginText({ margin, threshold }: Check, unit: string): string {
  if (margin === undefined) return '–'
  // in the unit of the line itself, which may be seconds
  const written = /[\d.] ?(ms|s|m|h)(?: warn)?$/.exec(threshold)?.[1]
  return signed(
    margin,
    unit === ' %'
      ? Math.abs(margin) === 1
        ? ' point'
        : ' points'
      : written === undefined
        ? unit
        : ` ${written === 'm' ? 'min' : written}`,
  )
}

function signed(value: number, unit: string): string {
  const sign = value > 0 ? '+' : value < 0 ? '−' : ''
  return `${sign}${shownNumber(Math.abs(value))}${unit}`
}
