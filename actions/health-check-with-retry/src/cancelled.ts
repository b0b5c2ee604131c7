import type { Report } from '@hardgate/action'
import { verdictOf } from '@hardgate/gate'
import { escapeMarkdown, heading } from '@hardgate/markdown'
import type { Timeline } from '@hardgate/probe'
import { seconds } from './budget.ts'
import { GATE, versionsSeen } from './verdict.ts'
import type { Sample } from './watch.ts'

/** A run that was ended before its budget was used decides nothing, and rolls nothing back. */
export function cancelledReport(timeline: Timeline<Sample>, by: string): Report {
  const attempts = timeline.rounds.filter(({ kind }) => kind === 'attempt').length
  const last = timeline.rounds.at(-1)?.samples.find(({ judgement }) => judgement.reason !== '')
  const seen = last === undefined ? '' : ` Last seen: ${last.subject.name}: ${last.judgement.reason}.`
  const reason = `cancelled: ${by} ended the check after ${seconds(Math.round(timeline.elapsedMs / 100) * 100)} and ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}. Nothing was judged.${seen}`
  const rollback = 'the run was cancelled before its budget was used'
  return {
    verdict: verdictOf({
      gate: GATE,
      checks: [
        {
          threshold: 'health == healthy',
          outcome: 'inconclusive',
          severity: 'gate',
          measured: 'cancelled',
          explanation: reason,
        },
      ],
      reasons: [reason],
      evidence: {
        health: 'cancelled',
        failureClass: '',
        shouldRollback: false,
        rollbackReason: rollback,
        elapsedMs: Math.round(timeline.elapsedMs),
        versionsSeen: versionsSeen({ timeline }),
      },
    }),
    outputs: {
      health: 'cancelled',
      'failure-class': '',
      'should-rollback': 'false',
      'rollback-reason': rollback,
      'failed-checks': '[]',
      attempts: String(attempts),
      'elapsed-ms': String(Math.round(timeline.elapsedMs)),
      'versions-seen': JSON.stringify(versionsSeen({ timeline })),
    },
    summary: [`${heading(3, '⏹️ health check: cancelled')}\n\n${escapeMarkdown(reason)}\n\nshould-rollback: false`],
  }
}
