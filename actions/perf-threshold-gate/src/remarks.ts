import type { Assessment } from '@hardgate/load'
import type { Judgement } from './judge.ts'
import { nameOf } from './sentences.ts'

/** What is to be known of the values that were judged, each text once with all that it is said of. */
export function remarksOf(judgements: readonly Judgement[], { remarks }: Assessment): string[] {
  const judged = new Set(judgements.map(({ check }) => keyOf(check)))
  const subjects = new Map<string, string[]>()
  for (const one of remarks) {
    if (!judged.has(keyOf(one))) continue
    const names = subjects.get(one.text) ?? []
    subjects.set(one.text, [...names, nameOf(one, one.metric)].slice(0, MOST_KEPT))
  }
  return [...subjects].map(([text, names]) => `${listed(names)}: ${text}`)
}

const MOST_NAMED = 3
const MOST_KEPT = MOST_NAMED + 1

const keyOf = ({ metric, scope }: { readonly metric?: string; readonly scope?: string }): string =>
  JSON.stringify([metric, scope ?? null])

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(', ')
  return names.length > MOST_NAMED ? `${shown} and others` : shown
}
