import { runAction } from '@hardgate/action'
import { contract } from './contract.ts'
import { inputs } from './inputs.ts'
import { presets } from './presets.ts'

await runAction({
  contract,
  inputs,
  presets,
  // a chunk of its own: an input error is told without loading it
  run: async (values, frame) => (await import('./render-rollback-on-failure.ts')).run(values, frame),
  // Undoing what was begun, and telling it, takes longer than the usual two seconds.
  graceMs: 5000,
})
