import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { layerProblems, sourceFiles } from '../../scripts/layers.ts'

const root = join(import.meta.dirname, '../..')
const file = (path: string, target: string) => [{ path, source: `import { x } from '${target}'` }]

test('no import of this repository points up or sideways', () => {
  expect(layerProblems(sourceFiles(root))).toEqual([])
})

test.each([
  ['packages/gate/src/verdict.ts', '@hardgate/http', 'is not below gate'],
  ['packages/http/src/request.ts', '@hardgate/http', 'is not below http'],
  ['actions/render-deploy/src/index.ts', '@hardgate/render-rollback-on-failure', 'is no package'],
  ['actions/render-deploy/src/index.ts', '@hardgate/fakes', 'is for tests'],
  ['actions/render-deploy/src/index.ts', '@hardgate/render/src/client.ts', 'reaches into a package'],
  ['actions/render-deploy/src/index.ts', '../../metrics-reporter/src/inputs.ts', 'leaves actions/render-deploy'],
])('%s may not import %s', (path, target, problem) => {
  expect(layerProblems(file(path, target))).toEqual([expect.stringContaining(problem)])
})

test.each([
  ['packages/http/src/request.ts', '@hardgate/gate'],
  ['packages/http/src/request.ts', './clock.ts'],
  ['packages/http/src/deep/inner.ts', '../clock.ts'],
  ['actions/render-deploy/src/index.ts', '@hardgate/action'],
  ['actions/render-deploy/src/index.ts', 'yaml'],
])('%s may import %s', (path, target) => {
  expect(layerProblems(file(path, target))).toEqual([])
})
