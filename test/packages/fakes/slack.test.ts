import { type FakeSlack, fakeSlack, slackProblems } from '@hardgate/fakes'
import { afterEach, describe, expect, test } from '@jest/globals'

let slack: FakeSlack | undefined
afterEach(async () => {
  await slack?.close()
})

const post = async (url: string, body: unknown): Promise<[number, string]> => {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  return [response.status, await response.text()]
}

test('a message within the limits is shown, one outside of them is refused in plain text', async () => {
  slack = await fakeSlack()

  expect(await post(slack.url, { text: 'hello' })).toEqual([200, 'ok'])
  expect(await post(slack.url, { text: '' })).toEqual([400, 'invalid_blocks'])
  expect(await post(slack.url.replace('s3cr3t', 'other'), { text: 'hello' })).toEqual([404, 'no_service'])
  expect(slack.messages).toEqual([{ text: 'hello' }])
})

test('scripted answers come one by one, before the server’s own', async () => {
  slack = await fakeSlack({ answers: [{ status: 429, headers: { 'retry-after': '1' } }] })

  expect(await post(slack.url, { text: 'hello' })).toEqual([429, ''])
  expect(await post(slack.url, { text: 'hello' })).toEqual([200, 'ok'])
  expect(slack.requests).toHaveLength(2)
})

describe('the limits', () => {
  const section = (text: string, fields?: readonly string[]): object => ({
    type: 'section',
    text: { type: 'mrkdwn', text },
    ...(fields && { fields: fields.map((one) => ({ type: 'mrkdwn', text: one })) }),
  })
  const problemsOf = (...blocks: object[]): string[] => slackProblems({ text: 'x', blocks })

  test.each([
    ['an empty section', section('')],
    ['3001 characters', section('x'.repeat(3001))],
    [
      '11 fields',
      section(
        'x',
        Array.from({ length: 11 }, () => 'x'),
      ),
    ],
    ['an empty field', section('x', [''])],
    ['a field of 2001 characters', section('x', ['x'.repeat(2001)])],
    ['no fields in a list of fields', section('x', [])],
    ['a long header', { type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
    ['a header in markdown', { type: 'header', text: { type: 'mrkdwn', text: 'x' } }],
    ['an empty context', { type: 'context', elements: [] }],
    ['a button', { type: 'actions', elements: [] }],
    ['a bare angle', section('a < b')],
    ['a cut entity', section('a &am')],
    ['a link without words', section('<https://x.example>')],
    ['half a character', section('\ud83c')],
  ])('refuse %s', (_, block) => {
    expect(problemsOf(block)).toHaveLength(1)
  })

  test('let mentions, links and entities pass', () => {
    expect(
      problemsOf(section('<!here> <@U123> <!subteam^S1> <https://x.example/a?b=c|run 1> a &lt; b &amp; c')),
    ).toEqual([])
    expect(problemsOf(...Array.from({ length: 51 }, () => section('x')))).toEqual(['51 blocks, 50 are allowed'])
  })
})
