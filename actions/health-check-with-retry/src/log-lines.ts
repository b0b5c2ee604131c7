import { classified, showVersion } from '@hardgate/health'
import type { Round } from '@hardgate/probe'
import type { Sample } from './watch.ts'

/** One line a sample: when, who, what came back, what it means. */
export function roundLines(round: Round<Sample>, maxAttempts: number): readonly string[] {
  const label = labelOf(round, maxAttempts)
  const widest = Math.max(...round.samples.map(({ subject }) => subject.name.length))
  return round.samples.map((sample) => {
    const { exchange, subject, latencyMs, atMs } = sample
    const status = exchange.ok ? String(exchange.status) : (exchange.status?.toString() ?? '-')
    return [
      label.padEnd(13),
      sinceStart(atMs).padStart(7),
      subject.name.padEnd(Math.min(widest, 40)),
      status.padStart(3),
      `${Math.round(latencyMs)} ms`.padStart(8),
      exchange.address ?? '-',
      meaningOf(sample),
    ].join('  ')
  })
}

export function labelOf({ kind, number }: Pick<Round<Sample>, 'kind' | 'number'>, maxAttempts: number): string {
  if (kind === 'grace') return `grace ${number}`
  if (kind === 'warm') return `warm ${number}`
  // what carries a streak on is beyond the attempts that were configured
  return maxAttempts === 0 || number > maxAttempts ? `attempt ${number}` : `attempt ${number}/${maxAttempts}`
}

function sinceStart(ms: number): string {
  const all = Math.floor(ms / 1000)
  const minutes = Math.floor(all / 60)
  return minutes === 0 ? `+${all}s` : `+${minutes}m${String(all % 60).padStart(2, '0')}s`
}

function meaningOf({ judgement, subject }: Sample): string {
  const { health, failureClass, reason, version } = judgement
  const note = subject.isGating ? '' : ' (advisory)'
  if (health === 'healthy')
    return `${version === undefined ? 'healthy' : `healthy, release ${showVersion(version)}`}${note}`
  return `${failureClass ?? classified(health, failureClass)}: ${reason}${note}`
}
