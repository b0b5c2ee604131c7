import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { asRecord, type Fields, scalarText } from './fields.ts'
import { Refusal } from './refusal.ts'

export interface ActionInput {
  /** As written: `${{ }}` is not evaluated yet. Absent: the input arrives as ''. */
  readonly default?: string
  readonly deprecation?: string
}

export interface JavaScriptRuns {
  readonly kind: 'javascript'
  readonly main: string
  readonly post?: string
  readonly postIf: string
}

export interface CompositeRuns {
  readonly kind: 'composite'
  readonly steps: readonly Fields[]
}

export interface ActionFile {
  readonly name: string
  /** Absolute. */
  readonly folder: string
  readonly inputs: ReadonlyMap<string, ActionInput>
  /** The `value` expressions of a composite; '' in a JavaScript action. */
  readonly outputs: ReadonlyMap<string, string>
  readonly runs: JavaScriptRuns | CompositeRuns
}

/** Reads `action.yml` (or `action.yaml`) of a folder, and refuses what cannot be run here. */
export function readActionFile(folder: string): ActionFile {
  const path = ['action.yml', 'action.yaml'].map((name) => join(folder, name)).find((file) => existsSync(file))
  if (path === undefined) {
    // The runner's own words: such a step fails.
    throw new Error(
      `Can't find 'action.yml' or 'action.yaml' under '${folder}'. Did you forget to run actions/checkout before running your local action?`,
    )
  }
  const file = asRecord(parseYaml(readFileSync(path, 'utf8'), path), path)
  return {
    name: scalarText(file['name']),
    folder,
    inputs: new Map(
      Object.entries(asRecord(file['inputs'] ?? {}, `${path}: inputs`)).map(([n, v]) => [n, input(v, path)]),
    ),
    outputs: new Map(
      Object.entries(asRecord(file['outputs'] ?? {}, `${path}: outputs`)).map(([name, output]) => [
        name,
        scalarText(asRecord(output ?? {}, `${path}: outputs.${name}`)['value']),
      ]),
    ),
    runs: readRuns(asRecord(file['runs'], `${path}: runs`), path),
  }
}

function parseYaml(text: string, path: string): unknown {
  const document = parseDocument(text)
  // A warning too: `if: !cancelled()` without quotes is a YAML tag, and the condition would be lost.
  const [problem] = [...document.errors, ...document.warnings]
  if (problem !== undefined) throw new Refusal(`${path}: ${problem.message}`)
  return document.toJS()
}

function input(value: unknown, path: string): ActionInput {
  const { default: preset, deprecationMessage } = asRecord(value ?? {}, `${path}: inputs`)
  return {
    ...(preset === undefined || preset === null ? {} : { default: scalarText(preset) }),
    ...(deprecationMessage === undefined ? {} : { deprecation: scalarText(deprecationMessage) }),
  }
}

function readRuns(runs: Fields, path: string): JavaScriptRuns | CompositeRuns {
  const using = scalarText(runs['using'])
  if (using === 'composite') {
    const steps = Array.isArray(runs['steps']) ? runs['steps'] : []
    return { kind: 'composite', steps: steps.map((step, index) => asRecord(step, `${path}: step ${index + 1}`)) }
  }
  if (using !== 'node20' && using !== 'node24') {
    throw new Refusal(`${path}: using: ${using} is not run here. It is node20, node24 or composite.`)
  }
  if (runs['pre'] !== undefined) throw new Refusal(`${path}: the pre stage is not run here.`)
  if (runs['main'] === undefined) throw new Refusal(`${path}: runs has no main.`)
  return {
    kind: 'javascript',
    main: scalarText(runs['main']),
    ...(runs['post'] === undefined ? {} : { post: scalarText(runs['post']) }),
    postIf: runs['post-if'] === undefined ? 'always()' : scalarText(runs['post-if']),
  }
}
