import type { AnyParser, AsyncParser, Env, Parser } from './parsers.ts'

/** What `npm run generate` writes from action.yml. */
export interface Contract {
  readonly name: string
  /** Names and defaults; '' for none. */
  readonly inputs: Readonly<Record<string, string>>
  readonly outputs: readonly string[]
}

export type Parsers = Readonly<Record<string, AnyParser>>
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

/** Old names of inputs, each with the new one. */
export type Renamed = Readonly<Record<string, string>>

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
  const given = givenInputs(env)
  const old = Object.entries(renamed).map(([from, to]) => [to, given.get(variableOf(from))?.trim() ?? ''] as const)
  return [...Object.entries(rawInputs(contract, env)), ...old].flatMap(([name, value]) => {
    const parser = parsers[name]
    if (parser === undefined || value === '') return []
    return [...(parser.isSecret === true ? [value] : []), ...(parser.secretsIn?.(value) ?? [])]
  })
}

export const PREFIX = 'INPUT_'

/** As the runner writes it: blanks become "_", hyphens stay. */
export const variableOf = (name: string): string => `${PREFIX}${name.replaceAll(' ', '_').toUpperCase()}`

/** What the environment holds under names of inputs, known or not. */
export function givenInputs(env: Env): Map<string, string> {
  return new Map(
    Object.entries(env).flatMap(([key, value]): [string, string][] => {
      const variable = key.toUpperCase()
      return variable.startsWith(PREFIX) && variable !== PREFIX && value !== undefined ? [[variable, value]] : []
    }),
  )
}
