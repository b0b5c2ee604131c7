import type { ActionFile } from './action-file.ts'
import { evaluateText, type Scope } from './expressions.ts'
import { type Level, scopeOf } from './level.ts'
import type { Recorder } from './recorder.ts'
import type { Run } from './step-end.ts'
import type { UsesStep } from './step-file.ts'

/** The inputs of the action that a step uses, evaluated now. */
export function inputsOf(
  level: Level,
  does: UsesStep,
  { env, recorder }: Run,
  action: ActionFile,
): Map<string, string> {
  const scope = scopeOf(level, env)
  const given = Object.fromEntries(Object.entries(does.with).map(([name, text]) => [name, evaluateText(text, scope)]))
  return resolveInputs(action, given, scope, recorder)
}

/**
 * The inputs as the action gets them, by the name that `action.yml` or the caller wrote. The default applies only where
 * the key is absent; `required` is not enforced; an unknown key is a warning and arrives all the same.
 */
function resolveInputs(
  action: ActionFile,
  given: Readonly<Record<string, string>>,
  scope: Scope,
  recorder: Recorder,
): Map<string, string> {
  const inputs = new Map(Object.entries(given))
  const names = new Map([...inputs.keys()].map((name) => [name.toLowerCase(), name]))
  const declared = [...action.inputs.keys()]
  for (const [name, { deprecation }] of action.inputs) {
    if (deprecation !== undefined && names.has(name.toLowerCase())) {
      recorder.issue({ level: 'warning', message: `Input '${name}' has been deprecated with message: ${deprecation}` })
    }
  }
  const unknown = [...inputs.keys()].filter((name) => !declared.some((one) => one.toLowerCase() === name.toLowerCase()))
  if (unknown.length > 0) {
    const message = `Unexpected input(s) '${unknown.join("', '")}', valid inputs are ['${declared.join("', '")}']`
    recorder.issue({ level: 'warning', message })
  }
  for (const [name, { default: preset = '' }] of action.inputs) {
    if (!names.has(name.toLowerCase())) inputs.set(name, evaluateText(preset, defaultScope(scope)))
  }
  return inputs
}

// action_yaml.json of the runner: an input's default sees these contexts and hashFiles(), nothing else.
function defaultScope({ values }: Scope): Scope {
  return {
    values: Object.fromEntries(
      ['github', 'strategy', 'matrix', 'job', 'runner'].map((name) => [name, values[name] ?? {}]),
    ),
  }
}

/** `INPUT_` and the name in upper case, blanks as `_`, hyphens as they are. */
export function inputVariables(inputs: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries(
    [...inputs].map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
  )
}
