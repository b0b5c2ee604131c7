import { isInScope } from '@hardgate/gate'
import { oneLine } from '@hardgate/markdown'
import { LoadProblem } from './sink.ts'

const MOST_LABELS = 10_000
/** Of all labels together. */
const MOST_CHARACTERS = 33_554_432
const URL_START = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i

export interface Label {
  readonly name: string
  readonly method: string
}

export const textOf = ({ method, name }: Label): string => (method === '' ? name : `${method} ${name}`)

/** Gives labels their numbers, from 0. */
export class Labels {
  readonly all: Label[] = []
  readonly #ids = new Map<string, Map<string, number>>()
  #characters = 0

  idOf(name: string, method: string): number {
    const ofMethod = this.#ids.get(method)
    const known = ofMethod?.get(name)
    if (known !== undefined) return known
    const id = this.#add({ name, method })
    if (ofMethod === undefined) this.#ids.set(method, new Map([[name, id]]))
    else ofMethod.set(name, id)
    return id
  }

  #add(label: Label): number {
    this.#characters += label.name.length + label.method.length
    if (this.all.length === MOST_LABELS || this.#characters > MOST_CHARACTERS) throw this.#tooMany()
    return this.all.push(label) - 1
  }

  #tooMany(): LoadProblem {
    const first = this.all.slice(0, 3).map((label) => `"${oneLine(textOf(label), 60)}"`)
    return new LoadProblem(
      'unreadable-report',
      `it has more than ${MOST_LABELS} labels, such as ${first.join(', ')}: let the load test give requests one name for each endpoint`,
    )
  }
}

/** Whether a glob covers a label, with or without the scheme and host that all labels may turn out to share. */
export function isLabelInScope(scope: string, label: Label): boolean {
  const short = withoutHost(label)
  return isInScope(scope, textOf(label)) || (short !== undefined && isInScope(scope, textOf(short)))
}

/** The labels as they are shown: without scheme and host where all URLs share them. */
export function shownLabels(labels: readonly Label[]): string[] {
  const full = labels.map(textOf)
  const hosts = new Set(labels.flatMap(({ name }) => URL_START.exec(name)?.[0].toLowerCase() ?? []))
  if (hosts.size !== 1) return full
  const short = labels.map((label) => textOf(withoutHost(label) ?? label))
  // two endpoints must not become one
  return new Set(short).size === new Set(full).size ? short : full
}

function withoutHost({ name, method }: Label): Label | undefined {
  const host = URL_START.exec(name)?.[0]
  if (host === undefined) return undefined
  const rest = name.slice(host.length)
  return { name: rest.startsWith('/') ? rest : `/${rest}`, method }
}
