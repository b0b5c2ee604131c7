import { runLocally } from '@hardgate/local-runner'
import { expect, test } from '@jest/globals'
import { acts, dump, environmentOf, puppet, repository } from './puppet.ts'

const dumped = async (options: Parameters<typeof puppet>[1] = {}): Promise<Record<string, string>> =>
  environmentOf(await puppet([dump], options))

test('an input arrives as INPUT_ and its name in upper case, with hyphens kept and blanks as underscores', async () => {
  const env = await dumped()

  expect(env['INPUT_MIN-LINES']).toBe('70')
  expect(env['INPUT_TWO_WORDS']).toBe('a b')
})

test('every declared input is set, also one without a default', async () => {
  const env = await dumped()

  expect(env['INPUT_NEEDED']).toBe('')
  expect(env['INPUT_FORMER']).toBe('')
})

test('an explicitly empty input arrives empty, not as its default', async () => {
  expect((await dumped({ with: { 'min-lines': '' } }))['INPUT_MIN-LINES']).toBe('')
})

test('a default is evaluated with github, job, matrix and runner', async () => {
  const env = await dumped({
    github: { sha: 'c0ffee', ref: 'refs/heads/next' },
    matrix: { shard: 2 },
    job: { check_run_id: 41 },
  })

  expect(env['INPUT_COMMIT']).toBe('c0ffee')
  expect(env['INPUT_STATUS']).toBe('success')
  expect(env['INPUT_CHECK-RUN']).toBe('41')
  expect(JSON.parse(env['INPUT_MATRIX'] ?? '')).toEqual({ shard: 2 })
  expect(env['INPUT_MIXED']).toMatch(/^on (Linux|macOS|Windows) at next$/)
})

test('required is not enforced', async () => {
  expect((await puppet([])).outcome).toBe('success')
})

test('an unknown key is a warning that lists the valid ones, and it arrives all the same', async () => {
  const run = await puppet([dump], { with: { 'min-line': 80 } })

  expect(environmentOf(run)['INPUT_MIN-LINE']).toBe('80')
  expect(run.annotations).toEqual([
    { level: 'warning', message: expect.stringContaining("Unexpected input(s) 'min-line'") },
  ])
  expect(run.annotations[0]?.message).toContain("'min-lines'")
})

test('the case of a given key does not matter', async () => {
  const run = await puppet([dump], { with: { 'MIN-lines': 5 } })

  expect(environmentOf(run)['INPUT_MIN-LINES']).toBe('5')
  expect(run.annotations).toEqual([])
})

test('a job variable that looks like an input arrives as one, without a warning', async () => {
  const run = await puppet([dump], { env: { INPUT_PATHS: 'src' } })

  expect(environmentOf(run)['INPUT_PATHS']).toBe('src')
  expect(run.annotations).toEqual([])
})

test('a deprecated input that is given is a warning with its message', async () => {
  const run = await puppet([], { with: { former: '1' } })

  expect(run.annotations).toEqual([
    { level: 'warning', message: "Input 'former' has been deprecated with message: use min-lines" },
  ])
})

test('runLocally hands a value on as it is: an expression in it is text', async () => {
  const env = await dumped({ with: { 'two words': "a ${{ github.token }} '}}'" } })

  expect(env['INPUT_TWO_WORDS']).toBe("a ${{ github.token }} '}}'")
})

test('the folder of an action may be given as an absolute path', async () => {
  const run = await runLocally(`${repository}/actions/puppet`, { with: { do: acts({ print: 'here\n' }) } })

  expect(run.log).toBe('here')
})
