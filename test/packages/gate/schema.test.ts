import { checkSchema, parseVerdict, type Schema, schemaChecker, type Verdict, verdictSchema } from '@hardgate/gate'
import { expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { seeded } from '../markdown/random.ts'

// every keyword that is known, and references to both places
const SAMPLE = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:hardgate:test',
  title: 'sample',
  description: 'all keywords',
  type: 'object',
  required: ['kind', 'counts'],
  minProperties: 2,
  additionalProperties: false,
  if: { properties: { kind: { const: 'job' } } },
  // biome-ignore lint/suspicious/noThenProperty: it is a keyword of JSON Schema
  then: { required: ['job'] },
  else: { required: ['jobs'] },
  properties: {
    kind: { enum: ['job', 'run'] },
    counts: {
      type: 'object',
      propertyNames: { $ref: '#/properties/kind' },
      additionalProperties: { $ref: '#/$defs/count' },
    },
    job: { $ref: '#/$defs/text', minLength: 2, description: 'siblings of a reference hold too' },
    jobs: { type: 'array', minItems: 1, maxItems: 3, items: { $ref: '#/$defs/node' } },
    ratio: { type: 'number', minimum: 0, maximum: 1 },
    fork: { type: 'boolean' },
    nothing: { type: 'null' },
    attributes: {
      type: 'object',
      maxProperties: 2,
      propertyNames: { pattern: '^[a-z_][a-z0-9_.-]{0,9}$' },
      additionalProperties: true,
    },
    never: false,
    any: {},
  },
  $defs: {
    count: { type: 'integer', minimum: 0, maximum: 9_007_199_254_740_991 },
    text: { type: 'string', maxLength: 5, pattern: '^[^\\u0000-\\u001f\\u007f]*$' },
    node: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: { name: { $ref: '#/$defs/text' }, inner: { $ref: '#/$defs/node' } },
    },
  },
} as const

const VALID = [
  {
    kind: 'job',
    counts: { job: 1 },
    job: 'ab',
    ratio: 0.5,
    fork: true,
    nothing: null,
    attributes: { a: [1], 'b.c': {} },
  },
  {
    kind: 'run',
    counts: {},
    jobs: [{ name: 'a', inner: { name: 'b', inner: { name: '' } } }, { name: '👍👍👍👍👍' }],
    any: [],
  },
]

const VERDICT: Verdict = {
  schemaVersion: 1,
  gate: 'sample-gate',
  outcome: 'fail',
  checks: [
    {
      threshold: 'a: p95 < 1s',
      outcome: 'fail',
      severity: 'gate',
      measured: '2 s',
      metric: 'p95',
      scope: 'a',
      margin: -1,
      explanation: 'x',
    },
    { threshold: '$.status == "ok"', outcome: 'no-data', severity: 'warn', explanation: '' },
  ],
  measurements: [
    { metric: 'p95', scope: 'a', value: 2, unit: 's', low: 1.5, high: 2.5, samples: 40 },
    { metric: 'lines', value: 50, unit: '%', ratio: { numerator: 1, denominator: 2 } },
  ],
  reasons: ['x'],
  evidence: { deep: { list: [null, true, 'a', 1] } },
}

const ATOMS: readonly unknown[] = [
  null,
  true,
  false,
  0,
  1,
  -1,
  0.5,
  1e300,
  9_007_199_254_740_992,
  '',
  'a',
  'ab',
  'job',
  'run',
  'pass',
  'abcdef',
  '👍👍👍👍👍👍',
  'a\u0007',
  [],
  {},
  [1],
  { name: 'x' },
  { a: 1 },
]
const NAMES = [
  'kind',
  'counts',
  'job',
  'jobs',
  'run',
  'name',
  'inner',
  'never',
  'any',
  'Bad Name',
  'scope',
  'outcome',
  'a/b~c',
] as const

/** Replaces, adds or removes something at a random place. */
function mutated(value: unknown, random: ReturnType<typeof seeded>): unknown {
  if (typeof value !== 'object' || value === null || random.below(4) === 0) return random.pick(ATOMS)
  if (Array.isArray(value)) {
    const at = random.below(value.length + 1)
    if (random.below(4) === 0) return value.toSpliced(at, 1)
    if (random.below(4) === 0) return value.toSpliced(at, 0, ...value, random.pick(ATOMS))
    return value.map((item: unknown, index) => (index === at ? mutated(item, random) : item))
  }
  const entries = Object.entries(value)
  const [name, inner] = entries[random.below(entries.length)] ?? ['a', 1]
  if (random.below(5) === 0) return Object.fromEntries(entries.filter(([other]) => other !== name))
  if (random.below(5) === 0) return { ...value, [random.pick(NAMES)]: random.pick(ATOMS) }
  return { ...value, [name]: mutated(inner, random) }
}

test.each([
  ['a schema of all keywords', SAMPLE, VALID],
  ['the schema of verdicts', verdictSchema, [VERDICT]],
] as const)('%s: 8000 changed values are valid here exactly where ajv says so', (_, schema, seeds) => {
  const random = seeded(5)
  const oracle = new Ajv2020({ strict: false, allErrors: true }).compile(schema)
  const own = schemaChecker(schema)
  const found = { valid: 0, invalid: 0 }
  const disagreements: object[] = []

  for (let round = 0; round < 8000; round++) {
    let value: unknown = random.pick<unknown>(seeds)
    const changes = random.below(3)
    for (let change = 0; change < changes; change++) value = mutated(value, random)
    const problems = own(value)
    const isValid = oracle(value)
    if (isValid !== (problems.length === 0)) disagreements.push({ value, problems, oracle: oracle.errors })
    found[isValid ? 'valid' : 'invalid']++
  }

  expect(disagreements).toEqual([])
  expect(found.valid).toBeGreaterThan(2000)
  expect(found.invalid).toBeGreaterThan(2000)
})

test('problems name their place as a JSON pointer', () => {
  const value = { kind: 'job', counts: { job: -1, 'a/b~c': 1 }, job: 'a', ratio: 2, more: 1, never: 1 }

  expect(checkSchema(SAMPLE, value)).toEqual([
    '/more: must not be there',
    '/counts/a~1b~0c: must be one of "job", "run"',
    '/counts/job: must be 0 or more',
    '/job: must have 2 characters or more',
    '/ratio: must be 1 at most',
    '/never: must not be there',
  ])
  expect(checkSchema(SAMPLE, [])).toEqual(['/: must be of type object'])
  expect(checkSchema({ const: 1 }, undefined)).toEqual(['/: must be 1'])
})

test('names that every object has count only where they are its own', () => {
  const schema = {
    required: ['constructor'],
    properties: { toString: { type: 'number' } },
    additionalProperties: false,
  }

  expect(checkSchema(schema, {})).toEqual(['/: must have "constructor"'])
  expect(checkSchema(schema, JSON.parse('{"constructor":1,"__proto__":1}'))).toEqual([
    '/constructor: must not be there',
    '/__proto__: must not be there',
  ])
})

test('a document with a million mistakes gives a hundred problems', () => {
  expect(
    checkSchema(
      { items: { type: 'string' } },
      Array.from({ length: 1_000_000 }, () => 1),
    ),
  ).toHaveLength(100)
})

test.each<[string, Schema, string]>([
  ['an unknown keyword', { properties: { a: { format: 'uri' } } }, '#/properties/a: the keyword "format" is not known'],
  ['one below unused definitions', { $defs: { a: { oneOf: [] } } }, '#/$defs/a: the keyword "oneOf" is not known'],
  ['a name that objects inherit', { toString: 1 }, '#: the keyword "toString" is not known'],
  ['an unknown type', { type: 'text' }, '#/type names no type'],
  ['a list of types', { type: ['string', 'null'] }, '#/type must be text'],
  ['an object to be equal to', { const: {} }, '#/const must have scalars only'],
  ['an empty choice', { enum: [] }, '#/enum must have scalars only'],
  ['a length that is none', { maxLength: 1.5 }, '#/maxLength must be a whole number'],
  ['a then without if', { then: { type: 'string' } }, '#/then has no "if" beside it'],
  ['a reference that leads nowhere', { $ref: '#/$defs/a' }, '#/$defs/a is not a schema'],
  ['a reference to another document', { $ref: 'other.json' }, 'other.json is not a schema'],
  [
    'references in a circle',
    { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } },
    '#/$defs/b refers to itself',
  ],
  ['a schema that is none', { items: 'string' }, '#/items is not a schema'],
])('%s is refused at construction', (_, schema, message) => {
  expect(() => schemaChecker(schema)).toThrow(message)
})

test('a pattern that is none is refused at construction', () => {
  expect(() => schemaChecker({ pattern: '(' })).toThrow('Unterminated group')
})

test('a verdict file comes back as the verdict', () => {
  expect(parseVerdict(JSON.stringify(VERDICT))).toEqual({ verdict: VERDICT })
  expect(parseVerdict(`\ufeff${JSON.stringify(VERDICT, undefined, 2)}\n`)).toEqual({ verdict: VERDICT })
})

test('a verdict file cut at any byte is never a verdict', () => {
  const text = JSON.stringify(VERDICT)

  for (let end = 0; end < text.length; end++)
    expect(parseVerdict(text.slice(0, end))).toEqual({ problems: ['it is not JSON: cut off, or no verdict file'] })
})

test.each<[string, object, string]>([
  ['a later schema', { schemaVersion: 2 }, '/schemaVersion: must be 1'],
  [
    'an outcome of another tool',
    { outcome: 'passed' },
    '/outcome: must be one of "pass", "fail", "inconclusive", "no-data"',
  ],
  ['no reason', { reasons: [] }, '/reasons: must have 1 items or more'],
  ['a gate that is a path', { gate: '../x' }, '/gate: must match ^[a-z0-9]+(-[a-z0-9]+)*$'],
  [
    'a value that JSON could not say',
    { measurements: [{ metric: 'p95', value: null, unit: 's' }] },
    '/measurements/0/value: must be of type number',
  ],
  ['a field that is unknown', { extra: 1 }, '/extra: must not be there'],
])('%s is no verdict', (_, change, problem) => {
  expect(parseVerdict(JSON.stringify({ ...VERDICT, ...change }))).toEqual({ problems: [problem] })
})
