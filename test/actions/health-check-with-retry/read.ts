import { InputErrors, readInputs } from '@hardgate/action'
import { type Inputs, inputs } from '../../../actions/health-check-with-retry/src/inputs.ts'
import { type Check, checksOf } from '../../../actions/health-check-with-retry/src/plan.ts'

export type Given = Readonly<Record<string, string>>

const variables = (given: Given): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]))

/** The inputs as the frame reads them. `env` is beside the inputs. */
export function read(given: Given, env: Given = {}): Promise<Inputs> {
  return readInputs(inputs, { ...env, ...variables(given) })
}

/** All that is wrong with the inputs. */
export async function problemsOf(given: Given, env: Given = {}): Promise<readonly string[]> {
  try {
    await read(given, env)
    return []
  } catch (error) {
    if (error instanceof InputErrors) return error.problems
    throw error
  }
}

export async function checksFor(given: Given, env: Given = {}): Promise<readonly Check[]> {
  return checksOf(await read(given, env), '', {})
}
