import type { BuildEvent, CoverageValues } from '../build-event.ts'
import { plainDecimal } from '../decimal.ts'

/** What a datagram holds at most: with its headers it fits one Ethernet frame, on the way through a tunnel too. */
export const DATAGRAM_MAX = 1432

/**
 * A gauge as lines. A sign means "change by" in StatsD, so below zero it is set to 0 first; in one datagram, because
 * two may arrive in the wrong order.
 */
export function gaugeLines(name: string, value: number, suffix = ''): string {
  const line = `${name}:${plainDecimal(value)}|g${suffix}`
  return value < 0 ? `${name}:0|g${suffix}\n${line}` : line
}

const COVERAGE_KINDS = ['lines', 'branches', 'functions', 'statements', 'patch_lines', 'patch_branches'] as const

/** Each share of coverage that is known. */
export function coveragesOf({ coverage }: BuildEvent): { kind: keyof CoverageValues; ratio: number }[] {
  return COVERAGE_KINDS.flatMap((kind) => {
    const ratio = coverage?.[kind]
    return ratio === undefined ? [] : [{ kind, ratio }]
  })
}

/** The first of several writings, each shorter than the one before, that a datagram can hold; else the shortest. */
export function firstThatFits<T>(levels: readonly T[], write: (level: T) => string): string {
  let line = ''
  for (const level of levels) {
    line = write(level)
    if (Buffer.byteLength(line) <= DATAGRAM_MAX) return line
  }
  return line
}

/** A gauge's change, which is of no use without the line before it. */
const CHANGE = /^[^:|]+:-[0-9.]+\|g/

/** The lines, packed in order; one that is longer than a datagram may be is in one of its own. */
export function datagramsOf(body: string): string[] {
  const datagrams: string[] = []
  let size = 0
  for (const unit of unitsOf(body)) {
    const length = Buffer.byteLength(unit)
    const last = datagrams.at(-1)
    if (last === undefined || size + 1 + length > DATAGRAM_MAX) {
      datagrams.push(unit)
      size = length
    } else {
      datagrams[datagrams.length - 1] = `${last}\n${unit}`
      size += 1 + length
    }
  }
  return datagrams
}

function unitsOf(body: string): string[] {
  const units: string[] = []
  for (const line of body.split('\n')) {
    if (line === '') continue
    if (CHANGE.test(line)) units.push(`${units.pop() ?? ''}\n${line}`)
    else units.push(line)
  }
  return units
}
