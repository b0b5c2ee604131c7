import { InputErrors } from './errors.ts'
import { nearest } from './nearest.ts'
import { type AnyParser, type AsyncParser, type Env, InputProblem, mayBeShown, type Parser } from './parsers.ts'

/** What `npm run generate` writes from action.yml. */
export interface Contract {
  readonly name: string
  /** Names and defaults; '' for none. */
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: readonly string[]
}

type Parsers = Readonly<Record<string, AnyParser>>
type ValueOf<P> = P extends AsyncParser<infer T> ? T : P extends Parser<infer T> ? T : never
export type ValuesOf<P> = { readonly [Name in keyof P]: ValueOf<P[Name]> }

/** A rule over several inputs. Gives whole sentences that name them. One that reads a wrong input is left out. */
export type Rule<V> = (values: V) => Iterable<string>

export interface InputDefinition<V> {
  readonly contract: Contract
  readonly parsers: Parsers
  readonly rules: readonly Rule<V>[]
}

export type Values<D> = D extends InputDefinition<infer V> ? V : never

/** One parser for each input of the contract; TypeScript refuses a missing and an unknown name. */
export function defineInputs<const C extends Contract, P extends { [Name in keyof C['inputs']]: AnyParser }>(
  contract: C,
  parsers: P & Record<Exclude<keyof P, keyof C['inputs']>, never>,
  { check = [] }: { readonly check?: Rule<ValuesOf<P>> | readonly Rule<ValuesOf<P>>[] } = {},
): InputDefinition<ValuesOf<P>> {
  return { contract, parsers, rules: typeof check === 'function' ? [check] : check }
}

/** The text of each input: trimmed, the contract's default where it is empty. Never throws. */
export function rawInputs(contract: Contract, env: Env): Record<string, string> {
  const given = givenInputs(env)
  return Object.fromEntries(
    Object.entries(contract.inputs).map(([name, preset]) => {
      // The runner applies a default only where the key is absent: "with: { x: '' }" arrives as ''.
      const raw = given.get(variableOf(name))?.trim() ?? ''
      return [name, raw === '' ? preset : raw]
    }),
  )
}

/** Every secret among the inputs, also in those that are wrong. Never throws. */
export function secretsOf<V>({ contract, parsers }: InputDefinition<V>, env: Env, renamed: Renamed = {}): string[] {
  const raw = Object.entries(rawInputs(contract, env))
  const given = givenInputs(env)
  const old = Object.entries(renamed).map(([from, to]): [string, string] => [
    to,
    given.get(variableOf(from))?.trim() ?? '',
  ])
  return [...raw, ...old].flatMap(([name, value]) => {
    const parser = parsers[name]
    if (parser === undefined || value === '') return []
    return [...(parser.isSecret === true ? [value] : []), ...(parser.secretsIn?.(value) ?? [])]
  })
}

/** Old names of inputs, each with the new one. */
export type Renamed = Readonly<Record<string, string>>

/** All values, or one `InputErrors` with all that is wrong. */
export async function readInputs<V>(definition: InputDefinition<V>, env: Env, renamed: Renamed = {}): Promise<V> {
  const { contract, parsers, rules } = definition
  const problems = [...foreignInputs(definition, env, renamed)]
  const values: Record<string, unknown> = {}
  for (const [name, raw] of Object.entries(rawInputs(contract, env))) {
    const parser = parsers[name]
    if (parser === undefined) throw new Error(`no parser for the input ${name}`)
    try {
      values[name] = await parseOne(parser, raw, env)
    } catch (error) {
      problems.push(...problemsOf(error).map((problem) => tell(name, parser, raw, problem)))
      Object.defineProperty(values, name, { get: refuseToRead })
    }
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- filled from the same parsers that V is made of
  const complete = values as V
  for (const rule of rules) problems.push(...broken(rule, complete))
  if (problems.length > 0) throw new InputErrors(problems)
  return complete
}

/** Thrown where a rule reads an input that is wrong: what it says about the input is said already. */
class WrongInput extends Error {}

function refuseToRead(): never {
  throw new WrongInput()
}

function broken<V>(rule: Rule<V>, values: V): string[] {
  const problems: string[] = []
  try {
    for (const problem of rule(values)) problems.push(problem)
  } catch (error) {
    if (!(error instanceof WrongInput)) throw error
  }
  return problems
}

async function parseOne(parser: AnyParser, raw: string, env: Env): Promise<unknown> {
  if (raw !== '') return parser.parse(raw, env)
  if ('whenEmpty' in parser) return parser.whenEmpty
  throw new InputProblem(`is required. Write ${parser.example ?? 'a value'}.`)
}

function problemsOf(error: unknown): InputProblem[] {
  const all: unknown[] = error instanceof AggregateError ? error.errors : [error]
  return all.map((one) => {
    if (one instanceof InputProblem) return one
    throw error
  })
}

function tell(name: string, parser: AnyParser, raw: string, { message, part }: InputProblem): string {
  if (raw === '') return `${name} ${message}`
  if (!mayBeShown(name, parser)) return `${name}: the value ${message}`
  const show = parser.show ?? ((value: string) => value)
  return `${name}: ${quoted(show(part ?? raw))} ${message}`
}

const LONGEST_VALUE = 200

const quoted = (value: string): string =>
  JSON.stringify(value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}…` : value)

/** The values of unknown inputs are never shown: one may be a secret under a misspelt name. */
function* foreignInputs<V>({ contract, parsers }: InputDefinition<V>, env: Env, renamed: Renamed): Generator<string> {
  const known = new Map(Object.keys(contract.inputs).map((name) => [variableOf(name), name]))
  const old = new Map(Object.entries(renamed).map(([from, to]) => [variableOf(from), { from, to }]))
  for (const [variable, value] of givenInputs(env)) {
    if (known.has(variable)) continue
    const rename = old.get(variable)
    if (rename !== undefined) {
      const parser = parsers[rename.to]
      const isShown = parser !== undefined && mayBeShown(rename.to, parser) && value.trim() !== ''
      const shown = isShown ? `; you set ${(parser.show ?? String)(value.trim()).slice(0, LONGEST_VALUE)}` : ''
      yield `${rename.from} is now ${rename.to}${shown}.`
      continue
    }
    const name = variable.slice(PREFIX.length).toLowerCase()
    const close = nearest(name, Object.keys(contract.inputs))
    const hint =
      close === undefined ? `Known are ${Object.keys(contract.inputs).join(', ')}.` : `Did you mean ${close}?`
    yield `${name} is not an input of ${contract.name}. ${hint} (A variable ${variable} in the env of the job looks the same.)`
  }
}

const PREFIX = 'INPUT_'

/** As the runner writes it: blanks become "_", hyphens stay. */
const variableOf = (name: string): string => `${PREFIX}${name.replaceAll(' ', '_').toUpperCase()}`

function givenInputs(env: Env): Map<string, string> {
  return new Map(
    Object.entries(env).flatMap(([key, value]): [string, string][] => {
      const variable = key.toUpperCase()
      return variable.startsWith(PREFIX) && value !== undefined ? [[variable, value]] : []
    }),
  )
}
