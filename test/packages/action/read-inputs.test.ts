import {
  type AsyncParser,
  boolean,
  defineInputs,
  duration,
  InputErrors,
  InputProblem,
  integer,
  optional,
  readInputs,
  required,
  secret,
  sugar,
  text,
  thresholds,
  type Values,
} from '@hardgate/action'
import { describe, expect, test } from '@jest/globals'
import { secretsOf } from '../../../packages/action/src/inputs.ts'

const contract = {
  name: 'sample',
  inputs: { 'max-attempts': '5', deadline: '', name: '', token: '', verbose: 'false', 'with blank': '' },
  outputs: [],
} as const

const inputs = defineInputs(
  contract,
  {
    'max-attempts': integer(),
    deadline: optional(duration()),
    name: required(text()),
    token: secret(),
    verbose: boolean(),
    'with blank': text(),
  },
  {
    check: [
      (values) =>
        values['max-attempts'] === 0 && values.deadline === undefined ? ['max-attempts: 0 needs a deadline.'] : [],
      function* each(values) {
        if (values.name === 'x') yield 'name: x is taken.'
        if (values.deadline === 1000) yield 'deadline: too short.'
      },
    ],
  },
)

const problems = async (env: Record<string, string>): Promise<readonly string[]> => {
  try {
    await readInputs(inputs, env)
  } catch (error) {
    if (error instanceof InputErrors) return error.problems
    throw error
  }
  return []
}

test('values have the names of the contract, and their types', async () => {
  const values: Values<typeof inputs> = await readInputs(inputs, {
    INPUT_NAME: ' n ',
    'INPUT_MAX-ATTEMPTS': '',
    INPUT_WITH_BLANK: 'w',
    input_deadline: '10s',
  })
  const attempts: number = values['max-attempts']
  const deadline: number | undefined = values.deadline

  expect(attempts).toBe(5)
  expect(deadline).toBe(10_000)
  expect(values).toEqual({
    'max-attempts': 5,
    deadline: 10_000,
    name: 'n',
    token: '',
    verbose: false,
    'with blank': 'w',
  })
})

test('TypeScript refuses a missing and an unknown name', () => {
  const one = { name: 'one', inputs: { a: '' }, outputs: [] } as const

  // @ts-expect-error -- `a` is missing
  expect(defineInputs(one, {})).toBeDefined()
  // @ts-expect-error -- `b` is not in the contract
  expect(defineInputs(one, { a: text(), b: text() })).toBeDefined()
})

describe('problems', () => {
  test('a required input that is empty says so', async () => {
    expect(await problems({ INPUT_NAME: ' ' })).toEqual(['name is required. Write a value.'])
  })

  test('all are told, rules over right inputs too', async () => {
    expect(await problems({ INPUT_NAME: 'x', INPUT_VERBOSE: 'yes', 'INPUT_MAX-ATTEMPTS': '0' })).toEqual([
      'verbose: "yes" is not a boolean. Write true or false.',
      'max-attempts: 0 needs a deadline.',
      'name: x is taken.',
    ])
  })

  test('a rule that reads a wrong input is left out, with what it said before kept', async () => {
    expect(await problems({ INPUT_NAME: 'x', INPUT_DEADLINE: 'soon', 'INPUT_MAX-ATTEMPTS': '0' })).toEqual([
      expect.stringContaining('deadline: "soon" is not a duration'),
      'name: x is taken.',
    ])
  })

  test('a long value is cut, and line breaks in it stay in the quotes', async () => {
    const [problem = ''] = await problems({ INPUT_NAME: 'n', INPUT_VERBOSE: `a\n${'b'.repeat(5000)}` })

    expect(problem).toMatch(/^verbose: "a\\nb{198}…" is not a boolean/)
  })

  test('the value of a secret is never shown, and neither is one under a name that sounds like one', async () => {
    const own = { name: 'own', inputs: { 'api-key': '', token: '' }, outputs: [] } as const
    const refuse = {
      parse: () => {
        throw new InputProblem('is no key.')
      },
    }
    const definition = defineInputs(own, { 'api-key': refuse, token: { ...refuse, isSecret: true } })

    await expect(readInputs(definition, { 'INPUT_API-KEY': 'hunter2', INPUT_TOKEN: 'hunter3' })).rejects.toThrow(
      'api-key: the value is no key.\ntoken: the value is no key.',
    )
  })

  test('an unknown name that is near none lists the inputs', async () => {
    expect(await problems({ INPUT_NAME: 'n', INPUT_QQQQQQ: '' })).toEqual([
      'qqqqqq is not an input of sample. Its inputs are max-attempts, deadline, name, token, verbose, with blank. ' +
        '(A variable INPUT_QQQQQQ in the env of the job looks the same.)',
    ])
  })

  test('an error in a parser that is no InputProblem is a bug', async () => {
    const own = { name: 'own', inputs: { a: '' }, outputs: [] } as const
    const definition = defineInputs(own, {
      a: {
        parse: () => {
          throw new TypeError('oops')
        },
      },
    })

    await expect(readInputs(definition, { INPUT_A: 'x' })).rejects.toThrow(TypeError)
  })
})

test('a parser may wait for a module, and its problems stand among the others', async () => {
  const yaml: AsyncParser<readonly string[]> = {
    parse: async (raw) => {
      await Promise.resolve()
      if (raw === 'bad') throw new AggregateError([new InputProblem('is one.', 'a'), new InputProblem('is two.', 'b')])
      return [raw]
    },
    whenEmpty: [],
  }
  const own = { name: 'own', inputs: { checks: '', wait: '' }, outputs: [] } as const
  const definition = defineInputs(own, { checks: yaml, wait: optional(duration()) })
  const values = await readInputs(definition, { INPUT_CHECKS: 'good' })
  const checks: readonly string[] = values.checks

  expect(checks).toEqual(['good'])
  await expect(readInputs(definition, { INPUT_CHECKS: 'bad', INPUT_WAIT: 'x' })).rejects.toThrow(
    'checks: "a" is one.\nchecks: "b" is two.\nwait: "x" is not a duration',
  )
})

describe('sugar', () => {
  const own = {
    name: 'own',
    inputs: { 'max-latency': '', 'min-cert-days': '14', thresholds: '' },
    outputs: [],
  } as const
  const definition = defineInputs(own, {
    'max-latency': sugar('max < {}', duration()),
    'min-cert-days': sugar('cert_days >= {} warn', integer()),
    thresholds: thresholds({ max: 'duration', cert_days: 'number' }),
  })
  const linesOf = async (env: Record<string, string>): Promise<string[]> =>
    (await readInputs(definition, env)).thresholds.map(({ line }) => line)

  test('becomes lines of the language behind the written ones', async () => {
    expect(await linesOf({ INPUT_THRESHOLDS: 'max < 3s # slow', 'INPUT_MAX-LATENCY': '800ms' })).toEqual([
      'max < 3s',
      'max < 800ms',
      'cert_days >= 14 warn',
    ])
  })

  test('a bare number is seconds there too, although the language wants a unit', async () => {
    expect(await linesOf({ 'INPUT_MAX-LATENCY': '90' })).toEqual(['max < 1m30s', 'cert_days >= 14 warn'])
  })

  test('keeps its own value, and undefined where it is empty', async () => {
    const { 'max-latency': latency, 'min-cert-days': days } = await readInputs(definition, {
      'INPUT_MIN-CERT-DAYS': '3',
    })

    expect(latency).toBeUndefined()
    expect(days).toBe(3)
  })

  test('a wrong value is told under its own name, beside wrong lines', async () => {
    await expect(linesOf({ INPUT_THRESHOLDS: 'max < 3', 'INPUT_MAX-LATENCY': '1s warn' })).rejects.toThrow(
      /^max-latency: "1s warn" is not a duration.*\nthresholds: "max < 3" is no threshold: /,
    )
  })
})

test('secrets are found in wrong inputs, under old names and inside of URLs', () => {
  const own = { name: 'own', inputs: { token: '', site: '' }, outputs: [] } as const
  const definition = defineInputs(own, {
    token: secret(),
    site: { parse: String, secretsIn: (raw) => [raw.slice(-3)] },
  })

  expect(
    secretsOf(definition, { INPUT_SITE: ' https://abc ', 'INPUT_API-KEY': ' k1 ' }, { 'api-key': 'token' }),
  ).toEqual(['abc', 'k1'])
})
