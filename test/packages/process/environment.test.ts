import { chosenEnvironment } from '@hardgate/process'
import { expect, test } from '@jest/globals'

test('tokens and whatever else a workflow sets stay behind', () => {
  const env = {
    PATH: '/bin',
    HOME: '/root',
    LANG: 'C.UTF-8',
    GITHUB_TOKEN: 'secret',
    ACTIONS_RUNTIME_TOKEN: 'secret',
    'INPUT_GITHUB-TOKEN': 'secret',
    NODE_OPTIONS: '--require=/tmp/x.js',
    LD_PRELOAD: '/tmp/x.so',
    GIT_DIR: '/elsewhere',
  }

  expect(chosenEnvironment(env)).toEqual({ PATH: '/bin', HOME: '/root', LANG: 'C.UTF-8' })
})

test('a name that is asked for comes along, an absent one does not', () => {
  expect(chosenEnvironment({ https_proxy: 'http://p:1', TMPDIR: undefined }, ['HTTPS_PROXY', 'NO_PROXY'])).toEqual({
    https_proxy: 'http://p:1',
  })
})

test('names of Windows count in any case and keep their own', () => {
  expect(chosenEnvironment({ Path: 'C:\\bin', SystemRoot: 'C:\\Windows', Temp: 'C:\\t' })).toEqual({
    Path: 'C:\\bin',
    SystemRoot: 'C:\\Windows',
    Temp: 'C:\\t',
  })
})
