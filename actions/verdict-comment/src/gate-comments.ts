import type { Verdict } from '@hardgate/gate'
import { code, escapeMarkdown, verdictMarkdown, verdictMarker, verdictSections } from '@hardgate/markdown'

export interface GateComment {
  readonly gate: string
  readonly marker: string
  readonly body: string
}

export interface Source {
  readonly runId: number
  /** Of the triggering run, on the server; empty where it is not known. */
  readonly runUrl: string
  readonly headSha: string
}

/** Names are the contributor's, and each makes a comment. */
const MOST_GATES = 10
const LONGEST_NAME = 60

/** One comment a gate, in the order in which they came; a gate that was used twice has both verdicts in it. */
export function gateComments(
  verdicts: readonly Verdict[],
  source: Source,
): { comments: GateComment[]; refused: string[] } {
  const names = [...new Set(verdicts.map(({ gate }) => gate))]
  const long = names.filter((name) => name.length > LONGEST_NAME)
  const fitting = names.filter((name) => name.length <= LONGEST_NAME)
  const comments = fitting.slice(0, MOST_GATES).map((gate) => commentOf(gate, verdicts, source))
  return {
    comments,
    refused: [
      ...long.map((name) => `The gate "${name.slice(0, LONGEST_NAME)}…" has a name of ${name.length} characters.`),
      ...(fitting.length > MOST_GATES
        ? [`${fitting.length - MOST_GATES} gates are left out, ${MOST_GATES} get a comment at most.`]
        : []),
    ],
  }
}

function commentOf(gate: string, verdicts: readonly Verdict[], source: Source): GateComment {
  const [first, ...others] = verdicts.filter((one) => one.gate === gate)
  if (first === undefined) throw new Error(`no verdict of ${gate}`)
  const sections = others.flatMap(verdictSections)
  return { gate, marker: verdictMarker(gate), body: verdictMarkdown(first, { sections, footer: footerOf(source) }) }
}

/** Who can change the tests can change these numbers: what holds a pull request back is the check, not this text. */
function footerOf({ runId, runUrl, headSha }: Source): string {
  const run = /^https?:\/\/[\w.:/-]+$/.test(runUrl) ? `[run ${runId}](${runUrl})` : escapeMarkdown(`run ${runId}`)
  return `<sub>${code(headSha.slice(0, 7))}, from what ${run} left behind. The code of the pull request could have written it: what counts is the result of that run.</sub>`
}
