import type { Threshold } from '@hardgate/gate'
import { InputErrors } from './errors.ts'
import { foreignInputs } from './foreign-inputs.ts'
import { type InputDefinition, type Parsers, type Renamed, type Rule, rawInputs } from './inputs.ts'
import { type AnyParser, type Env, InputProblem, mayBeShown, shown } from './parsers.ts'
import { isSugar, type ThresholdsParser, takesSugar } from './thresholds.ts'

/** All values, or one `InputErrors` with all that is wrong. */
export async function readInputs<V>(definition: InputDefinition<V>, env: Env, renamed: Renamed = {}): Promise<V> {
  const { contract, parsers, rules } = definition
  const problems = foreignInputs(definition, env, renamed)
  const values: Record<string, unknown> = {}
  const sweet: Threshold[] = []
  for (const [name, raw] of Object.entries(rawInputs(contract, env))) {
    const parser = parsers[name]
    if (parser === undefined) throw new Error(`no parser for the input ${name}`)
    try {
      values[name] = await parseOne(parser, raw, env)
      if (isSugar(parser) && raw !== '') sweet.push(...intake(parsers).parser.parse(parser.toLine(raw), env))
    } catch (error) {
      problems.push(...problemsOf(error).map((problem) => tell(name, parser, raw, problem)))
      Object.defineProperty(values, name, { get: refuseToRead, configurable: true })
    }
  }
  if (sweet.length > 0) addTo(values, intake(parsers).name, sweet)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- filled from the same parsers that V is made of
  const complete = values as V
  for (const rule of rules) problems.push(...broken(rule, complete))
  if (problems.length > 0) throw new InputErrors(problems)
  return complete
}

async function parseOne(parser: AnyParser, raw: string, env: Env): Promise<unknown> {
  if (raw !== '') return parser.parse(raw, env)
  if ('whenEmpty' in parser) return parser.whenEmpty
  throw new InputProblem(`is required. Write ${parser.example ?? 'a value'}.`)
}

/** The input that takes up the lines of the sugar ones. */
function intake(parsers: Parsers): { readonly name: string; readonly parser: ThresholdsParser } {
  for (const [name, parser] of Object.entries(parsers)) if (takesSugar(parser)) return { name, parser }
  throw new Error('a sugar input, and no input with thresholds()')
}

function addTo(values: Record<string, unknown>, name: string, lines: readonly Threshold[]): void {
  const own = Object.getOwnPropertyDescriptor(values, name)?.value
  if (Array.isArray(own)) values[name] = [...own, ...lines]
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
  return `${name}: ${JSON.stringify(shown(parser, part ?? raw))} ${message}`
}

/** Thrown where a rule reads an input that is wrong: what there is to say of it is said already. */
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
