import { runAction } from '@hardgate/action'
import { contract } from './contract.ts'
import { inputs } from './inputs.ts'
import { run } from './render-rollback-on-failure.ts'
import { presets } from './report.ts'

// Undoing what was begun, and telling it, takes longer than the usual two seconds.
await runAction({ contract, inputs, presets, run, graceMs: 5000 })
