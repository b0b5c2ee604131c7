import { asRecord, type Fields, scalarText } from './fields.ts'
import { Refusal } from './refusal.ts'
import type { ActionPlace } from './repository.ts'

/** A step as it is written: no expression is evaluated yet. */
export interface Step {
  readonly id: string
  readonly name: string
  /** Text, or absent: then success() is meant. */
  readonly condition: string
  readonly env: Readonly<Record<string, string>>
  readonly continueOnError: string
  readonly timeoutMinutes?: number
  readonly does: UsesStep | RunStep
}

export interface UsesStep {
  readonly kind: 'uses'
  readonly uses: string
  /** Where the action lies, when `uses` need not be looked up. */
  readonly place?: ActionPlace
  readonly with: Readonly<Record<string, string>>
}

export interface RunStep {
  readonly kind: 'run'
  readonly run: string
  readonly shell: string
  readonly workingDirectory: string
}

const KEYS = ['id', 'name', 'if', 'uses', 'run', 'shell', 'with', 'env', 'continue-on-error', 'working-directory']

/** Reads the steps of a job or of a composite, whose `where` stands in front of each message. */
export function readSteps(steps: readonly object[], where: string, kind: 'job' | 'composite'): Step[] {
  const read = steps.map((step, index) =>
    readStep(asRecord(step, `${where}: step ${index + 1}`), `${where}: step ${index + 1}`, kind),
  )
  const ids = read.map(({ id }) => id).filter((id) => id !== '')
  const twice = ids.find((id, at) => ids.indexOf(id) !== at)
  if (twice !== undefined) throw new Refusal(`${where}: the id ${twice} is used twice.`)
  return read
}

function readStep(fields: Fields, place: string, kind: 'job' | 'composite'): Step {
  const known = kind === 'job' ? [...KEYS, 'timeout-minutes'] : KEYS
  const unknown = Object.keys(fields).filter((key) => !known.includes(key))
  if (unknown.length > 0)
    throw new Refusal(`${place}: ${unknown.join(', ')} is not a key of a step that can be run here.`)
  const minutes = fields['timeout-minutes']
  return {
    id: scalarText(fields['id']),
    name: scalarText(fields['name']),
    condition: scalarText(fields['if']),
    env: texts(fields['env'], `${place}: env`),
    continueOnError: scalarText(fields['continue-on-error']),
    ...(minutes === undefined ? {} : { timeoutMinutes: Number(minutes) }),
    does: readDoes(fields, place, kind),
  }
}

function readDoes(fields: Fields, place: string, kind: 'job' | 'composite'): UsesStep | RunStep {
  if ((fields['uses'] === undefined) === (fields['run'] === undefined))
    throw new Refusal(`${place} needs either uses or run.`)
  if (fields['uses'] !== undefined) {
    const wrong = ['shell', 'working-directory'].find((key) => fields[key] !== undefined)
    if (wrong !== undefined) throw new Refusal(`${place}: ${wrong} does not go with uses.`)
    return { kind: 'uses', uses: scalarText(fields['uses']), with: texts(fields['with'], `${place}: with`) }
  }
  if (fields['with'] !== undefined) throw new Refusal(`${place}: with does not go with run.`)
  if (kind === 'composite' && fields['shell'] === undefined)
    throw new Refusal(`${place}: Required property is missing: shell`)
  return {
    kind: 'run',
    run: scalarText(fields['run']),
    shell: scalarText(fields['shell']),
    workingDirectory: scalarText(fields['working-directory']),
  }
}

function texts(value: unknown, place: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asRecord(value ?? {}, place)).map(([name, text]) => [name, scalarText(text)]),
  )
}
