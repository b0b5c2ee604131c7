import { afterEach, describe, expect, test } from '@jest/globals'
import { addedLabels, costOf } from '../../../actions/metrics-reporter/src/labels.ts'
import { newJob } from './job.ts'
import { cleanUp, receiver, said } from './receiver.ts'
import { sampleEvent } from './sample.ts'

afterEach(cleanUp)

describe('labels that are added', () => {
  test('come from the event, in the order that was asked for, each once', () => {
    expect(addedLabels('run_id, branch,actor\nbuild_id team branch', sampleEvent)).toEqual({
      labels: {
        run_id: '17654321098',
        branch: 'feat/x',
        actor: 'grace',
        build_id: '17654321098-2',
        team: 'messaging',
      },
      unknown: [],
    })
  })

  test.each(['status', 'task', 'runner_os', 'gate', 'unit'])('%s is one that points have already', (name) => {
    const event = { ...sampleEvent, attributes: { [name]: 'x' } }

    expect(addedLabels(name, event)).toEqual({ labels: {}, unknown: [name] })
  })

  test('an attribute cannot pretend to be the branch', () => {
    const event = { ...sampleEvent, attributes: { branch: 'main' } }

    expect(addedLabels('branch', event).labels).toEqual({ branch: 'feat/x' })
  })

  test.each(['', ' , ', 'nobody', 'toString', '__proto__'])('%j adds none', (input) => {
    expect(addedLabels(input, sampleEvent).labels).toEqual({})
  })

  test('what the event does not have is named', () => {
    const { actor: _none, ...run } = sampleEvent.run

    expect(addedLabels('actor region', { ...sampleEvent, run }).unknown).toEqual(['actor', 'region'])
  })
})

test('their cost is told: more where every build has its own', () => {
  expect(costOf({})).toBe('')
  expect(costOf({ branch: 'x' })).toBe(
    'metrics: the labels branch are on every point. Each new value makes new series of everything that is measured.',
  )
  expect(costOf({ branch: 'x', build_id: 'y', run_id: 'z' })).toContain('build_id and run_id are new in every build')
})

test('a step tells the cost once, however many endpoints there are, and what it does not know', async () => {
  const fake = await receiver()
  const step = newJob().step()
  const given = { endpoint: `${fake.url} name=a\n${fake.url}/b name=b`, labels: 'branch, region' }

  await step.main(given)
  const stage = await step.post(given)

  expect(said(stage, 'info').filter((line) => line.includes('label'))).toEqual([
    'metrics: the labels branch are on every point. Each new value makes new series of everything that is measured.',
    'metrics: labels that this event does not have are left out: region',
  ])
})
