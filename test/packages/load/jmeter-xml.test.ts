import { LoadProblem, sniffFormat } from '@hardgate/load'
import { ScanError } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { jmeterXml } from '../../../packages/load/src/jmeter-xml.ts'
import { only, runOf, told } from './told.ts'

const START = 1_132_021_485_561
const KINDS = ['users', 'sample', 'error', 'nested', 'withoutLatency', 'partial']

const document = (content: string, prolog = '<?xml version="1.0" encoding="UTF-8"?>\n') =>
  `${prolog}<testResults version="1.2">\n${content}\n</testResults>\n`
const sample = (rest: string, content = '') =>
  `<httpSample t="17" lt="12" ts="${START}" s="true" lb="home" rc="200" rm="OK" ${rest}>${content}</httpSample>`

function problem(report: string): string {
  try {
    told(jmeterXml, report)
  } catch (error) {
    if (error instanceof LoadProblem || error instanceof ScanError) return error.message
    throw error
  }
  return 'none'
}

test('trap 13: an element is a sample, and those within it are its parts', () => {
  const nested = `<httpSample t="9" ts="${START}" s="false" lb="redirect" rc="302" rm="Found"><sample t="1" ts="${START}" s="true" lb="deeper"/></httpSample>`
  const report = document(
    `${sample('na="4"', nested)}<sample t="5" ts="${START + 20}" s="true" lb="java &amp; &#x20AC;"/>`,
  )

  for (const chunk of [undefined, 1, 7]) {
    expect(only(told(jmeterXml, report, chunk), ...KINDS)).toEqual([
      ['users', START + 17, 4],
      ['sample', 'home', START, 17, false],
      ['sample', 'java & €', START + 20, 5, false],
    ])
  }
})

test('trap 13: comments, CDATA and other elements are no samples', () => {
  const report = document(
    `<!-- <sample t="1" ts="1" s="true" lb="commented"/> --><other><sample t="1" ts="1" s="true" lb="within"/></other>${sample('', '<responseData class="java.lang.String"><![CDATA[<sample t="1" ts="1" s="true" lb="quoted"/>]]></responseData>')}`,
  )

  expect(only(told(jmeterXml, report), 'sample')).toEqual([['sample', 'home', START, 17, false]])
})

test('trap 13: a document type declaration is refused', () => {
  const report = document(sample(''), '<?xml version="1.0"?>\n<!DOCTYPE testResults [<!ENTITY a "b">]>\n')

  expect(problem(report)).toBe('a document type declaration, which no report of this kind has')
  expect(jmeterXml.sniff(Buffer.from(report))).toBe(1)
})

test('trap 13: 64 elements within each other are read, 65 are refused', () => {
  const deep = (depth: number) => document(sample('', `${'<a>'.repeat(depth - 2)}${'</a>'.repeat(depth - 2)}`))

  expect(only(told(jmeterXml, deep(64)), 'sample')).toHaveLength(1)
  expect(problem(deep(65))).toBe('more than 64 elements within each other')
})

test('trap 10: a transaction is shown and not counted; what lies within it is', () => {
  const transaction = (label: string, samples: number, content = '') =>
    `<sample t="40" ts="${START}" s="true" lb="${label}" rc="200" rm="Number of samples in transaction : ${samples}, number of failing samples : 0">${content}</sample>`
  const report = document(
    `${transaction('buy', 2, sample('') + sample('', sample('')))}${transaction('idle', 0)}${sample('')}`,
  )

  const run = runOf(jmeterXml, report)

  expect(run.total.requests).toBe(3)
  expect([...run.groups.values()].map(({ label, requests, isNested }) => [label, requests, isNested])).toEqual([
    ['home', 3, false],
    ['buy', 1, true],
  ])
})

test('a failure is named by its code, or by what was asserted where the code is a good one', () => {
  const assertion = (message: string) =>
    `<assertionResult><name>n</name><failure>true</failure><failureMessage>${message}</failureMessage></assertionResult>`
  const failed = (attributes: string, content = '') =>
    `<httpSample t="1" ts="${START}" s="false" lb="a" ${attributes}>${content}</httpSample>`
  const report = document(
    [
      failed('rc="500" rm="Internal Server Error"', assertion('not told')),
      failed(
        'rc="200" rm="OK"',
        `<assertionResult><failureMessage></failureMessage></assertionResult>${assertion('too &lt; short')}${assertion('second')}`,
      ),
      failed('rs="404" rm=""'),
      failed(
        'rc="200"',
        `<httpSample t="1" ts="1" s="false" lb="part">${assertion('of a part')}</httpSample><assertionResult><failureMessage>its own</failureMessage> and more</assertionResult>`,
      ),
    ].join(''),
  )

  expect(only(told(jmeterXml, report), 'error').map(([, message]) => message)).toEqual([
    '500 Internal Server Error',
    'too < short',
    '404',
    'its own',
  ])
})

test('an element for several samples gives counts and no latency', () => {
  const report = document(`<sample t="90" ts="${START}" s="false" lb="a" sc="3" ec="1"/>`)

  expect(only(told(jmeterXml, report), 'sample', 'withoutLatency')).toEqual([
    ['withoutLatency', 'a', 2, false, START],
    ['withoutLatency', 'a', 1, true, START],
  ])
})

test.each([
  ['t="NaN"', 'sample 2: t is "NaN": expected whole milliseconds'],
  ['t="-1"', 'sample 2: t is "-1": expected whole milliseconds'],
  ['', 'sample 2: t is missing: expected whole milliseconds'],
  ['t="1" s="maybe"', 'sample 2: s is "maybe": expected "true" or "false"'],
  ['t="1" s="true"', 'sample 2: lb is missing: expected a label'],
])('trap 6: an attribute that cannot be read is named: %s', (attributes, message) => {
  expect(problem(document(`${sample('')}<sample ts="${START}" ${attributes}/>`))).toBe(message)
})

test('trap 6: another root is no report, an empty one has no samples, a page of HTML is not taken for one', () => {
  expect(problem('<html><body/></html>')).toBe('its root element is not <testResults>')
  expect(runOf(jmeterXml, document('')).total.requests).toBe(0)
  expect(jmeterXml.sniff(Buffer.from('<!doctype html><html><body>503</body></html>'))).toBe(0)
  expect(sniffFormat(Buffer.from(document('')))).toMatchObject({ reader: { format: 'jmeter-xml' } })
})

test('trap 6: a document that is cut anywhere is partial, and keeps the samples that are complete', () => {
  const report = document(`${sample('')}${sample('', '<a/>')}`)
  const ends = [...report.matchAll(/<\/httpSample>/g)].map(({ index }) => index + '</httpSample>'.length)

  for (let length = report.indexOf('<testResults') + 1; length < report.trimEnd().length; length += 1) {
    const calls = told(jmeterXml, report.slice(0, length))
    expect([length, only(calls, 'sample').length, only(calls, 'partial').length]).toEqual([
      length,
      ends.filter((end) => end <= length).length,
      1,
    ])
  }
})
