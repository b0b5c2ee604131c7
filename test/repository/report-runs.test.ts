// report-runs.yml: what it hands on, what it may do, and that its defaults are the action's.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NoOperationTraceWriter, parseWorkflow } from '@actions/workflow-parser'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'

const root = join(import.meta.dirname, '../..')
const content = readFileSync(join(root, '.github/workflows/report-runs.yml'), 'utf8')
const workflow = parse(content)
const action = parse(readFileSync(join(root, 'actions/metrics-reporter/action.yml'), 'utf8'))
const { inputs, secrets } = workflow.on.workflow_call
const { report } = workflow.jobs
const [step] = report.steps

test("GitHub's own parser takes it without an error", () => {
  const { context } = parseWorkflow({ name: 'report-runs.yml', content }, new NoOperationTraceWriter())

  expect(context.errors.getErrors().map(String)).toEqual([])
})

test('every input of it is handed on to the input of the same name, and to nothing else', () => {
  const handed = Object.fromEntries(Object.keys(inputs).map((name) => [name, `\${{ inputs.${name} }}`]))

  expect(step.with).toEqual({
    mode: 'run',
    token: '${{ secrets.METRICS_TOKEN }}',
    headers: '${{ secrets.METRICS_HEADERS }}',
    ...handed,
  })
  expect(Object.keys(secrets)).toEqual(['METRICS_TOKEN', 'METRICS_HEADERS'])
})

test.each(Object.keys(inputs).filter((name) => name !== 'endpoint'))('%s has the default of the action', (name) => {
  expect(Object.keys(action.inputs)).toContain(name)
  expect(inputs[name].default).toBe(action.inputs[name].default)
})

test('it may read and nothing else, and runs no code of the run that it reports', () => {
  expect(workflow.permissions).toEqual({})
  expect(report.permissions).toEqual({ actions: 'read', checks: 'read' })
  expect(report.steps).toHaveLength(1)
  expect(step.uses).toBe('$/actions/metrics-reporter')
  expect(content).not.toMatch(/checkout|^\s*run:/m)
})

test('its outputs are those of the step', () => {
  expect(Object.keys(workflow.on.workflow_call.outputs)).toEqual(Object.keys(report.outputs))
  for (const [name, value] of Object.entries(report.outputs)) {
    expect(value).toBe(`\${{ steps.report.outputs.${name} }}`)
    expect(Object.keys(action.outputs)).toContain(name)
  }
})
