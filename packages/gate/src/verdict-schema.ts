const text = { type: 'string', minLength: 1 } as const
const outcome = { enum: ['pass', 'fail', 'inconclusive', 'no-data'] } as const
const count = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const

/** `Verdict` as a verdict file holds it. */
export const verdictSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'urn:hardgate:schema:verdict:v1',
  title: 'hardgate verdict v1',
  description: 'What a gate found, and why. A baseline is nothing but earlier files of this kind.',
  type: 'object',
  additionalProperties: false,
  required: ['schemaVersion', 'gate', 'outcome', 'checks', 'measurements', 'reasons', 'evidence'],
  properties: {
    schemaVersion: { const: 1 },
    gate: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', description: 'name of the gate' },
    outcome: { $ref: '#/$defs/outcome', description: 'the worst outcome of the checks that gate; no-data without any' },
    checks: { type: 'array', items: { $ref: '#/$defs/check' } },
    measurements: { type: 'array', items: { $ref: '#/$defs/measurement' } },
    reasons: {
      type: 'array',
      minItems: 1,
      items: { type: 'string', pattern: '\\S' },
      description: 'one line each, the most important first',
    },
    evidence: { type: 'object', description: 'what the gate saw; its form is the own matter of each gate' },
  },
  $defs: {
    text,
    outcome,
    count,
    ratio: {
      type: 'object',
      additionalProperties: false,
      required: ['numerator', 'denominator'],
      properties: { numerator: { $ref: '#/$defs/count' }, denominator: { $ref: '#/$defs/count' } },
    },
    check: {
      type: 'object',
      additionalProperties: false,
      required: ['threshold', 'outcome', 'severity', 'explanation'],
      properties: {
        threshold: { type: 'string', description: 'line of the threshold language, or expectation, that was judged' },
        outcome: { $ref: '#/$defs/outcome' },
        severity: { enum: ['gate', 'warn'], description: 'warn: reported, decides nothing' },
        measured: { description: 'any JSON value; a measurement as it is shown; absent: nothing answered' },
        metric: { $ref: '#/$defs/text', description: 'which measurement was judged, where it was one' },
        scope: { type: 'string', description: 'scope of that measurement; absent: the whole' },
        margin: {
          type: 'number',
          description: 'in the unit of the threshold; positive is room to spare, negative is the miss',
        },
        explanation: { type: 'string', description: 'one line for a person' },
      },
    },
    measurement: {
      type: 'object',
      additionalProperties: false,
      required: ['metric', 'value', 'unit'],
      properties: {
        metric: { $ref: '#/$defs/text' },
        scope: { type: 'string', description: 'absent: the whole' },
        value: { type: 'number' },
        unit: { type: 'string', description: 'ms, s, m, h, %, 1 or another' },
        ratio: { $ref: '#/$defs/ratio', description: 'the exact share; it is what is compared, not value' },
        low: { type: 'number', description: 'lower bound that the evidence gives' },
        high: { type: 'number', description: 'upper bound that the evidence gives' },
        lowRatio: { $ref: '#/$defs/ratio', description: 'the exact lower bound of a share; compared in place of low' },
        highRatio: {
          $ref: '#/$defs/ratio',
          description: 'the exact upper bound of a share; compared in place of high',
        },
        unboundedAbove: {
          $ref: '#/$defs/text',
          description: 'why the evidence gives no upper bound; then nothing shows that the value is below a limit',
        },
        samples: { $ref: '#/$defs/count' },
      },
    },
  },
} as const
