import { runAction } from '@hardgate/action'
import { contract } from './contract.ts'
import { inputs } from './inputs.ts'
import { run } from './render-deploy.ts'

await runAction({ contract, inputs, run })
