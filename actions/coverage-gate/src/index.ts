import { type Action, runAction } from '@hardgate/action'
import { systemClock } from '@hardgate/http'
import { contract } from './contract.ts'
import { type Inputs, inputsBy } from './inputs.ts'

// in a chunk of its own: a wrong input is told without it
const run: Action<Inputs>['run'] = async (values, frame) => {
  const gate = await import('./coverage-gate.ts')
  return gate.run(values, frame)
}

await runAction({ contract, inputs: inputsBy(systemClock), run })
