import { rawInputs, runAction } from '@hardgate/action'
import { contract } from './contract.ts'
import { inputs } from './inputs.ts'
import { onInputErrors, post, run } from './metrics-reporter.ts'

await runAction({
  contract,
  inputs,
  run,
  post,
  onInputErrors: (_problems, frame) => onInputErrors(rawInputs(contract, frame.env), frame),
  neverFails: (raw) => raw['on-error'] !== 'fail',
})
