import { expect, test } from '@jest/globals'
import { parseFileCommands } from '../../../packages/local-runner/src/file-commands.ts'
import { output, print, puppet } from './puppet.ts'

test.each([
  ['name=value\n', { name: 'value' }],
  ['name=a=b<<c\n', { name: 'a=b<<c' }],
  ['name=\n', { name: '' }],
  ['name=no line feed', { name: 'no line feed' }],
  ['name<<EOF\none\ntwo\nEOF\n', { name: 'one\ntwo' }],
  ['name<<EOF\nEOF\n', { name: '' }],
  ['name<<EOF\n\nEOF', { name: '' }],
  ['name<<EOF\n EOF\nEOF\n', { name: ' EOF' }],
  ['name<<E=F\nx\nE=F\n', { name: 'x' }],
  ['\n\na=1\n\nb=2\na=3\n', { a: '3', b: '2' }],
  ['\uFEFFa=1\n', { a: '1' }],
  ['a=1\r\n', { a: '1\r' }],
])('%j is read as %j', (text, expected) => {
  const { pairs, fault } = parseFileCommands(text)

  expect(fault).toBeUndefined()
  expect(Object.fromEntries(pairs)).toEqual(expected)
})

test.each([
  ['=value\n', "Invalid format '=value'. Name must not be empty"],
  ['<<EOF\nx\nEOF\n', "Invalid format '<<EOF'. Name must not be empty and delimiter must not be empty"],
  ['name<<\nx\n', "Invalid format 'name<<'. Name must not be empty and delimiter must not be empty"],
  ['name<<EOF\nx\n', "Invalid value. Matching delimiter not found 'EOF'"],
  ['name<<EOF\nx\nEOF \n', "Invalid value. Matching delimiter not found 'EOF'"],
  ['just text\n', "Invalid format 'just text'"],
])('%j is a fault: %s', (text, fault) => {
  expect(parseFileCommands(text).fault).toBe(fault)
})

test('what stands before a fault counts, and the fault fails the step whatever its exit code', async () => {
  const run = await puppet([output('a=1\nbroken\nb=2\n')])

  expect(run.outputs).toEqual({ a: '1' })
  expect([run.exitCode, run.outcome]).toEqual([0, 'failure'])
  expect(run.log).toBe("Error: Unable to process file command 'output' successfully.\nError: Invalid format 'broken'")
})

test.each(['GITHUB_STATE', 'GITHUB_ENV'])('a fault in %s fails the step too', async (file) => {
  expect((await puppet([{ to: file, text: 'x<<\n' }])).outcome).toBe('failure')
})

test('the files are read after a failure as well', async () => {
  const run = await puppet([
    output('verdict=fail\n'),
    { to: 'GITHUB_STATE', text: 'id=7\n' },
    { to: 'GITHUB_ENV', text: 'A=1\n' },
    { to: 'GITHUB_STEP_SUMMARY', text: '# Red' },
    { exit: 1 },
  ])

  expect(run.outputs).toEqual({ verdict: 'fail' })
  expect(run.state).toEqual({ id: '7' })
  expect(run.env).toEqual({ A: '1' })
  expect(run.summary).toContain('# Red')
})

test.each(['set-output', 'save-state'])('::%s:: is not honoured, says what to do, and fails the step', async (name) => {
  const run = await puppet([print(`::${name} name=a::1`)])

  expect(run.outputs).toEqual({})
  expect(run.outcome).toBe('failure')
  expect(run.log).toContain(`::${name}:: is not honoured here. Write to the file of GITHUB_OUTPUT or GITHUB_STATE.`)
})

test.each(['set-env', 'add-path'])('::%s:: is disabled and fails the step', async (name) => {
  const run = await puppet([print(`::${name} name=A::1`)])

  expect(run.env).toEqual({})
  expect(run.path).toEqual([])
  expect(run.outcome).toBe('failure')
  expect(run.log).toContain(`The \`${name}\` command is disabled.`)
})
