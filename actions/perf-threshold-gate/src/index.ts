import { type Action, runAction } from '@hardgate/action'
import { contract } from './contract.ts'
import { type Inputs, inputs } from './inputs.ts'

// in a chunk of its own: a wrong input is told without it
const run: Action<Inputs>['run'] = async (values, frame) => {
  const gate = await import('./perf-threshold-gate.ts')
  return gate.run(values, frame)
}

await runAction({ contract, inputs, run })
