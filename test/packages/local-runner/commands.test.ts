import { expect, test } from '@jest/globals'
import { parseCommand } from '../../../packages/local-runner/src/commands.ts'
import { lineSplitter } from '../../../packages/local-runner/src/process.ts'
import { print, puppet } from './puppet.ts'

const parse = (line: string): ReturnType<typeof parseCommand> =>
  parseCommand(line, (name) => ['error', 'warning', 'add-mask'].includes(name))

test.each([
  ['::error::boom', { name: 'error', properties: {}, data: 'boom' }],
  ['  \t ::ERROR::boom', { name: 'error', properties: {}, data: 'boom' }],
  ['\u0085::error::boom', { name: 'error', properties: {}, data: 'boom' }],
  ['::error file=a.ts,line=3::boom', { name: 'error', properties: { file: 'a.ts', line: '3' }, data: 'boom' }],
  ['::error FILE=a%2Cb%3A%25.ts::x%0Ay%25%0D', { name: 'error', properties: { file: 'a,b:%.ts' }, data: 'x\ny%\r' }],
  ['::error file=,line::x', { name: 'error', properties: {}, data: 'x' }],
  ['::error::', { name: 'error', properties: {}, data: '' }],
  ['::error::a::b', { name: 'error', properties: {}, data: 'a::b' }],
  ['::error::%253A%2C', { name: 'error', properties: {}, data: '%3A%2C' }],
  ['##[error]boom', { name: 'error', properties: {}, data: 'boom' }],
  [
    'text before ##[Warning file=a;line=2]x%5D%3B',
    { name: 'warning', properties: { file: 'a', line: '2' }, data: 'x];' },
  ],
])('%j is a command', (line, command) => {
  expect(parse(line)).toEqual(command)
})

test.each([
  'x ::error::boom',
  ':error::boom',
  '::error:boom',
  '::unknown::boom',
  '::error',
  '\uFEFF::error::boom',
  '##[unknown]x',
  '##[error x',
  '# #[error]x',
])('%j is text', (line) => {
  expect(parse(line)).toBeUndefined()
})

test('LF, CR LF and a lone CR end a line, in whatever pieces they come', () => {
  const lines: string[] = []
  const splitter = lineSplitter((line) => lines.push(line))

  for (const piece of ['a', '\r', '\nb\rc\n\nd', '\r']) splitter.push(piece)
  splitter.end()

  expect(lines).toEqual(['a', 'b', 'c', '', 'd'])
})

test('a line that a lone CR ends is there at once, as the next one begins', () => {
  const lines: string[] = []
  const splitter = lineSplitter((line) => lines.push(line))

  splitter.push('10 %\r20 %\r')

  expect(lines).toEqual(['10 %'])
})

test('a command behind a lone CR is carried out', async () => {
  expect((await puppet([print('progress\r::error::boom')])).annotations).toEqual([{ level: 'error', message: 'boom' }])
})

test('commands on stderr are carried out too', async () => {
  const run = await puppet([{ warn: '::notice::from stderr\n' }])

  expect(run.annotations).toEqual([{ level: 'notice', message: 'from stderr' }])
  expect(run.rawOut).toBe('::notice::from stderr\n')
})

test('the log shows what a person reads: labels for messages, titles of groups, no debug lines', async () => {
  const run = await puppet([
    print('plain'),
    print('::error::wrong'),
    print('::warning::odd'),
    print('::notice::new'),
    print('::group::Details'),
    print('inside'),
    print('::endgroup::'),
    print('::debug::hidden'),
    print('::unknown::kept'),
  ])

  expect(run.log.split('\n')).toEqual([
    'plain',
    'Error: wrong',
    'Warning: odd',
    'Notice: new',
    'Details',
    'inside',
    '::unknown::kept',
  ])
})

test('stop-commands switches parsing off until its token comes, on that stream and the other', async () => {
  const run = await puppet([
    print('::stop-commands::T0k3n'),
    print('::error::not carried out'),
    { wait: 200 }, // two pipes: without a pause the order in which they are read is open
    { warn: '##[error]nor this\n' },
    { wait: 200 },
    print('::add-mask::plain'),
    print('plain'),
    print('::t0K3n::'),
    print('::error::again'),
  ])

  expect(run.annotations).toEqual([{ level: 'error', message: 'again' }])
  expect(run.log).toContain('::error::not carried out')
  expect(run.log).toContain('\nplain\n')
})

test.each(['', 'error', 'pause-logging', 'Stop-Commands'])(
  'stop-commands with the token %j is refused and fails the step',
  async (token) => {
    const run = await puppet([print(`::stop-commands::${token}`), print('::notice::still carried out')])

    expect(run.outcome).toBe('failure')
    expect(run.annotations.at(-1)).toEqual({ level: 'notice', message: 'still carried out' })
  },
)

test('echo shows commands that say nothing by themselves', async () => {
  const run = await puppet([print('::echo::on'), print('::group::G'), print('::echo::off'), print('::group::H')])

  expect(run.log.split('\n')).toEqual(['::group::G', 'G', '::echo::off', 'H'])
})

test('problem matchers are refused by name', async () => {
  const run = await puppet([print('::add-matcher::matcher.json')])

  expect(run.outcome).toBe('failure')
  expect(run.log).toContain('problem matchers are not implemented')
})

test('onLine gets each line as it comes, as the log shows it', async () => {
  const lines: string[] = []

  const run = await puppet([print('::add-mask::s3cret'), print('a s3cret'), print('::error::x')], {
    onLine: (line) => lines.push(line),
  })

  expect(lines).toEqual(['a ***', 'Error: x'])
  expect(run.log).toBe(lines.join('\n'))
})
