import { parse } from 'yaml'

export interface InputContract {
  readonly description: string
  readonly default: string
  readonly isRequired: boolean
}

export interface Contract {
  readonly name: string
  readonly inputs: ReadonlyMap<string, InputContract>
  readonly outputs: ReadonlyMap<string, string>
}

interface ActionFile {
  readonly inputs?: Record<
    string,
    { readonly description: string; readonly default?: unknown; readonly required?: boolean }
  >
  readonly outputs?: Record<string, { readonly description: string }>
}

export function readContract(name: string, actionYml: string): Contract {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own file; GitHub's parser checks it in a test
  const { inputs = {}, outputs = {} } = parse(actionYml) as ActionFile
  return {
    name,
    inputs: new Map(
      Object.entries(inputs).map(([key, { description, default: preset = '', required = false }]) => [
        key,
        { description, default: String(preset), isRequired: required },
      ]),
    ),
    outputs: new Map(Object.entries(outputs).map(([key, { description }]) => [key, description])),
  }
}

/** The TypeScript that an action's `inputs.ts` and the frame read: names and defaults, nothing else. */
export function contractSource({ name, inputs, outputs }: Contract): string {
  const presets = [...inputs].map(
    ([key, { default: preset }]) => `    ${propertyName(key)}: ${quoted(knownPreset(preset))},\n`,
  )
  const names = [...outputs.keys()].map((key) => `    ${quoted(key)},\n`)
  return `// Written by "npm run generate" from action.yml. Do not edit.
export const contract = {
  name: ${quoted(name)},
  inputs: {
${presets.join('')}  },
  outputs: [
${names.join('')}  ],
} as const
`
}

// The runner evaluates an expression before the action starts; an input that arrives empty stays empty then.
const knownPreset = (preset: string): string => (preset.includes('${{') ? '' : preset)
const propertyName = (key: string): string => (/^[a-z][a-z0-9]*$/i.test(key) ? key : quoted(key))
const quoted = (value: string): string =>
  `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`
