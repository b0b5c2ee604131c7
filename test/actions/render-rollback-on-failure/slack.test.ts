import { readInputs } from '@hardgate/action'
import { fakeFrame, type SlackAnswer, slackProblems } from '@hardgate/fakes'
import { request } from '@hardgate/http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { inputs } from '../../../actions/render-rollback-on-failure/src/inputs.ts'
import { OUTCOMES, type Outcome } from '../../../actions/render-rollback-on-failure/src/outcome.ts'
import { messageOf } from '../../../actions/render-rollback-on-failure/src/slack-message.ts'
import { newStory, type Story } from '../../../actions/render-rollback-on-failure/src/story.ts'
import { openWorld, type World } from '../../../actions/render-rollback-on-failure/src/world.ts'
import { A, B, openStage, type Run, type Stage } from './stage.ts'

let stage: Stage | undefined
afterEach(async () => {
  await stage?.close()
  stage = undefined
})

const told = async (
  answers: readonly SlackAnswer[],
  given: Readonly<Record<string, string>> = {},
): Promise<{ run: Run; at: Stage }> => {
  stage = await openStage({ slack: { answers } })
  return { run: await stage.run({ mode: 'notify', cause: 'it broke', ...given }), at: stage }
}

describe('acceptance 19, trap 21: delivery', () => {
  test('429 once, then ok: one message, after as long as Slack asks', async () => {
    const { run, at } = await told([{ status: 429, headers: { 'retry-after': '7' } }])

    expect(run.outputs['notified']).toBe('true')
    expect([at.slack.requests.length, at.slack.messages.length]).toEqual([2, 1])
    expect(at.clock.waits).toContain(7000)
  })

  test('429 is repeated at most three times, and never after more than a minute', async () => {
    const busy = { status: 429, headers: { 'retry-after': '1' } }
    const often = await told([busy, busy, busy, busy, busy])
    expect([often.run.outputs['notified'], often.at.slack.requests.length]).toEqual(['false', 4])
    await often.at.close()

    const long = await told([{ status: 429, headers: { 'retry-after': '61' } }])
    expect([long.run.outputs['notified'], long.at.slack.requests.length]).toEqual(['false', 1])
  })

  test('500 is sent once', async () => {
    const { run, at } = await told([{ status: 500, body: 'rollup_error' }])

    expect([run.outputs['notified'], at.slack.requests.length]).toEqual(['false', 1])
  })

  test('a connection that is closed after the request was read is unknown, and not repeated', async () => {
    const { run, at } = await told([{ close: true }])

    expect([run.outputs['notified'], at.slack.requests.length]).toEqual(['unknown', 1])
  })

  test('404 is a warning with Slack’s own word', async () => {
    const { run } = await told([{ status: 404, body: 'no_service\n::error::x' }])

    expect(run.frame.lines.find(({ kind }) => kind === 'warning')?.text).toContain('404 no_service')
  })

  test('200 with another body than ok is not taken for delivered', async () => {
    const { run } = await told([{ status: 200, body: '<html>login</html>' }])

    expect(run.outputs['notified']).toBe('false')
  })

  test('a name that cannot be found is tried again: nothing was sent', async () => {
    stage = await openStage()
    let asked = 0
    const run = await stage.run(
      { mode: 'notify', cause: 'x' },
      {
        request: async (plan) => {
          asked += 1
          if (asked > 1) return request(plan)
          const journey = { phases: {}, viaProxy: false, url: '', redirects: [], droppedHeaders: [] }
          return { ok: false, kind: 'dns', message: '', mayHaveBeenSent: false, reached: 'nothing', ...journey }
        },
      },
    )

    expect([run.outputs['notified'], stage.slack.messages.length]).toEqual(['true', 1])
  })
})

const isOutcome = (word: string): word is Outcome => Object.hasOwn(OUTCOMES, word)
const HOSTILE = '<!channel> & <https://x|y> ::error::boom |a| *b* ##[error]c'

async function worldWith(given: Readonly<Record<string, string>>, story: Partial<Story>): Promise<World> {
  const entries = Object.entries({ 'render-api-key': 'rnd_x', 'service-id': 'srv-api', ...given })
  const env = {
    GITHUB_REPOSITORY: 'octo/api',
    GITHUB_RUN_ID: '7',
    ...Object.fromEntries(entries.map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value])),
  }
  const frame = fakeFrame({ env })
  return { ...openWorld(await readInputs(inputs, env), frame), story: { ...newStory(frame.clock), ...story } }
}

const deployOf = (id: string, commit: string, message: string): NonNullable<Story['failed']> => ({
  id,
  status: 'live',
  trigger: 'new_commit',
  createdAt: '2026-02-01T00:00:00Z',
  commit: { id: commit, message },
})

function storyWith(text: string): Partial<Story> {
  return {
    service: {
      id: 'srv-api',
      name: text.slice(0, 200),
      type: 'web_service',
      autoDeploy: 'commit',
      dashboardUrl: 'https://dashboard.render.com/web/srv-api|x',
      isSuspended: false,
      suspenders: [],
      isInMaintenance: false,
    },
    failed: deployOf('dep-b', B, text),
    target: deployOf('dep-a', A, text),
    live: deployOf('dep-b', B, text),
    rollback: deployOf('dep-r', A, text),
    cancelled: Array.from({ length: 300 }, (_, at) => deployOf(`dep-c${at}`, `${at}`.padStart(40, 'c'), text)),
    freeze: 'frozen',
    post: 'accepted',
  }
}

describe('acceptance 19, trap 22: every message of the table of outcomes is within Slack’s limits', () => {
  const outcomes = Object.keys(OUTCOMES).filter(isOutcome)
  const texts: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['5000 ampersands', '&'.repeat(5000)],
    ['5000 emojis', '🚀'.repeat(5000)],
    ['hostile text', HOSTILE],
  ]

  test.each(texts)('with %s', async (_, text) => {
    const given = { cause: text, 'github-environment': text.slice(0, 3000), 'slack-mention': '<!subteam^S123>' }
    const world = await worldWith(given, text === '' ? {} : storyWith(text))
    for (const outcome of outcomes) {
      const ending = { outcome, reason: text === '' ? 'x' : text, next: text === '' ? [] : [text, text] }

      expect([outcome, slackProblems(messageOf(world, ending))]).toEqual([outcome, []])
    }
  })

  test('hostile text arrives as the text that it is', async () => {
    const world = await worldWith({ cause: HOSTILE }, storyWith(HOSTILE))
    const message = JSON.stringify(messageOf(world, { outcome: 'rolled-back', reason: HOSTILE, next: [HOSTILE] }))

    expect(message).not.toContain('<!channel>')
    expect(message).not.toContain('<https://x|y>')
    expect(message).toContain('&lt;!channel&gt; &amp; &lt;https://x|y&gt;')
    // else Slack would make links and mentions of plain text
    expect(message.match(/"mrkdwn"/g)?.length).toBe(message.match(/"verbatim":true/g)?.length)
  })

  test('a mention is there only when a human is needed', async () => {
    const world = await worldWith({ 'slack-mention': '<@U123>' }, {})
    const withMention = outcomes.filter((outcome) =>
      JSON.stringify(messageOf(world, { outcome, reason: 'x', next: [] })).includes('<@U123>'),
    )

    expect(withMention).toEqual(outcomes.filter((outcome) => OUTCOMES[outcome].human === 'yes'))
  })

  test('has a header, the reason, fields, what to do next, and links', async () => {
    const world = await worldWith({ cause: 'p95 812 ms > 500 ms' }, storyWith('Split the name'))
    const { text, blocks } = messageOf(world, { outcome: 'rolled-back', reason: 'Rolled back.', next: ['Mend it.'] })

    expect(text).toBe('✅ Split the name rolled back. Mend it.')
    expect(blocks.map(({ type }) => type)).toEqual(['header', 'section', 'section', 'section', 'context'])
    expect(JSON.stringify(blocks)).toContain('<https://github.com/octo/api/actions/runs/7|Run>')
    expect(JSON.stringify(blocks)).toContain(`<https://github.com/octo/api/compare/${A}...${B}|Compare>`)
    expect(JSON.stringify(blocks)).toContain(
      '<https://dashboard.render.com/web/srv-api%7Cx/deploys/dep-r|Render dashboard>',
    )
  })
})
