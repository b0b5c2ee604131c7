import { nearestName } from '@hardgate/gate'
import { givenInputs, type InputDefinition, PREFIX, type Renamed, variableOf } from './inputs.ts'
import { type Env, mayBeShown, shown } from './parsers.ts'

/**
 * The runner only warns of an input that action.yml does not declare, so a misspelt limit would be no limit. The values
 * of unknown inputs are never shown: one may be a secret under a misspelt name.
 */
export function foreignInputs<V>(definition: InputDefinition<V>, env: Env, renamed: Renamed): string[] {
  const known = new Set(Object.keys(definition.contract.inputs).map(variableOf))
  const old = new Map(Object.entries(renamed).map(([from, to]) => [variableOf(from), { from, to }]))
  return [...givenInputs(env)].flatMap(([variable, value]) => {
    if (known.has(variable)) return []
    const rename = old.get(variable)
    if (rename !== undefined) return [tellRename(definition, rename, value.trim())]
    // nektos/act hands a composite's own inputs on to the actions in it
    return env['ACT'] === 'true' ? [] : [tellUnknown(definition, variable)]
  })
}

function tellRename<V>(
  { parsers }: InputDefinition<V>,
  { from, to }: { readonly from: string; readonly to: string },
  value: string,
): string {
  const parser = parsers[to]
  if (parser === undefined || value === '' || !mayBeShown(to, parser)) return `${from} is now ${to}.`
  return `${from} is now ${to}; you set ${shown(parser, value)}.`
}

function tellUnknown<V>({ contract }: InputDefinition<V>, variable: string): string {
  const name = variable.slice(PREFIX.length).toLowerCase()
  const names = Object.keys(contract.inputs)
  const close = nearestName(name, names)
  const hint = close === undefined ? `Its inputs are ${names.join(', ')}.` : `Did you mean ${close}?`
  return `${name} is not an input of ${contract.name}. ${hint} (A variable ${variable} in the env of the job looks the same.)`
}
