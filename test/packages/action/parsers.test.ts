import {
  boolean,
  choice,
  duration,
  fromEnvironment,
  InputProblem,
  integer,
  lines,
  optional,
  type Parser,
  percentage,
  printDuration,
  required,
  secret,
  text,
  thresholds,
  url,
} from '@hardgate/action'
import { describe, expect, test } from '@jest/globals'

const problemOf = (parser: Parser<unknown>, raw: string): string => {
  try {
    parser.parse(raw, {})
  } catch (error) {
    if (error instanceof InputProblem) return error.message
    throw error
  }
  throw new Error(`${raw} was accepted`)
}

describe('boolean', () => {
  test.each(['true', 'True', 'TRUE'])('%s is true', (raw) => {
    expect(boolean().parse(raw, {})).toBe(true)
  })

  test.each(['false', 'False', 'FALSE'])('%s is false', (raw) => {
    expect(boolean().parse(raw, {})).toBe(false)
  })

  test.each(['yes', 'no', 'on', '1', '0', 'tRUE', '"false"', 'true # on'])('trap 2: %s is an error', (raw) => {
    expect(problemOf(boolean(), raw)).toBe('is not a boolean. Write true or false.')
  })
})

describe('integer', () => {
  test.each([
    ['0', 0],
    ['5', 5],
    ['9007199254740991', 9_007_199_254_740_991],
  ])('%s is a whole number', (raw, value) => {
    expect(integer().parse(raw, {})).toBe(value)
  })

  test.each(['70oops', '0x10', '1e3', '5.0', '+5', '-0', '010', '1_000', '٣', '5 5', 'NaN'])(
    'trap 2: %s is an error',
    (raw) => {
      expect(problemOf(integer(), raw)).toContain('is not a whole number')
    },
  )

  test('the bounds are named', () => {
    expect(problemOf(integer({ min: 1 }), '0')).toBe('is too small. The least is 1.')
    expect(problemOf(integer({ max: 50 }), '51')).toBe('is too large. The most is 50.')
    expect(problemOf(integer(), '-1')).toBe('is too small. The least is 0.')
    expect(problemOf(integer(), '9007199254740992')).toContain('is too large')
    expect(integer({ min: -5 }).parse('-5', {})).toBe(-5)
  })
})

describe('duration', () => {
  test.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['1h0m5s', 3_605_000],
    ['20', 20_000],
    ['0', 0],
    ['1.1s', 1100],
    ['0.5', 500],
  ])('%s is %d ms', (raw, ms) => {
    expect(duration().parse(raw, {})).toBe(ms)
  })

  test.each(['abc', '10 parsecs', '-1s', '1e3', '5 min', '1s1m', '10s10s', '.5s', '1,5s', 's', '1m 30s', 'Infinity'])(
    'trap 2: %s is an error',
    (raw) => {
      expect(problemOf(duration(), raw)).toBe('is not a duration. Write a number and a unit, such as 90s, 5m or 1m30s.')
    },
  )

  test('finer than a millisecond is an error, not a rounding', () => {
    expect(problemOf(duration(), '0.5ms')).toContain('finer than a millisecond')
  })

  test('more than a timer can wait is an error: Node would fire it at once', () => {
    expect(problemOf(duration(), '597h')).toBe('is too large. The most is 596h31m23s647ms.')
    expect(duration({ max: 1e12 }).parse('597h', {})).toBe(2_149_200_000)
  })

  test.each([
    [0, '0s'],
    [90_000, '1m30s'],
    [3_600_001, '1h1ms'],
  ])('%d ms is printed as %s, which reads back', (ms, printed) => {
    expect(printDuration(ms)).toBe(printed)
    expect(duration().parse(printed, {})).toBe(ms)
  })
})

describe('percentage', () => {
  test.each([
    ['70', 70],
    ['70%', 70],
    ['99.95%', 99.95],
    ['0', 0],
    ['100', 100],
  ])('%s is %d', (raw, value) => {
    expect(percentage().parse(raw, {})).toBe(value)
  })

  test.each(['100.1', '-1', '0.7.1', '70%%', '7e1', 'seventy', '70 percent'])('trap 2: %s is an error', (raw) => {
    expect(problemOf(percentage(), raw)).toContain('is not a percentage')
  })
})

describe('choice', () => {
  test('takes its words exactly', () => {
    expect(choice('fail', 'warn', 'pass').parse('warn', {})).toBe('warn')
    expect(problemOf(choice('fail', 'warn', 'pass'), 'Warn')).toBe(
      'is not one of fail, warn or pass. Did you mean warn?',
    )
    expect(problemOf(choice('fail', 'warn', 'pass'), 'never')).toBe('is not one of fail, warn or pass.')
  })
})

describe('lines', () => {
  test('are trimmed, and empty ones left out, whatever ends them', () => {
    expect(lines().parse('  a \r\n\r\n b\rc\n', {})).toEqual(['a', 'b', 'c'])
  })
})

describe('url', () => {
  test('is kept as it was written', () => {
    expect(url().parse('https://Example.com/A?b=c', {})).toBe('https://Example.com/A?b=c')
  })

  test.each(['example.com', '/path', 'https://', 'http://[::1'])('%s is none', (raw) => {
    expect(problemOf(url(), raw)).toBe('is not a URL. Write one such as https://example.com/path.')
  })

  test('another scheme is an error', () => {
    expect(problemOf(url({ schemes: ['https'] }), 'http://example.com')).toBe(
      'has the scheme http. Write a URL that starts with https://.',
    )
    expect(problemOf(url(), 'javascript:alert(1)')).toContain('has the scheme javascript')
  })

  test('its password is a secret, and no message shows it', () => {
    const parser = url()

    expect(parser.secretsIn?.('https://u:pw12345@h.example/')).toContain('pw12345')
    expect(parser.show?.('https://u:pw12345@h.example/?token=t7654321')).not.toMatch(/pw12345|t7654321/)
    expect(parser.show?.('https://h.example')).toBe('https://h.example')
  })
})

describe('empty', () => {
  test('optional is undefined, required is nothing, text is empty', () => {
    expect(optional(integer())).toHaveProperty('whenEmpty', undefined)
    expect(required(text())).not.toHaveProperty('whenEmpty')
    expect(text().whenEmpty).toBe('')
    expect(secret().whenEmpty).toBe('')
    expect(duration()).not.toHaveProperty('whenEmpty')
  })
})

describe('thresholds', () => {
  test('each wrong line is a problem of its own that shows that line', () => {
    const parser = thresholds({ p95: 'duration' })
    let errors: readonly unknown[] = []
    try {
      parser.parse('p95 < 500\np95 < 500ms\np59 < 1s', {})
    } catch (error) {
      if (error instanceof AggregateError) errors = error.errors
    }

    expect(errors).toEqual([
      expect.objectContaining({ part: 'p95 < 500', message: expect.stringContaining('A time needs its unit') }),
      expect.objectContaining({ part: 'p59 < 1s', message: expect.stringContaining('Did you mean "p95"?') }),
    ])
  })
})

describe('fromEnvironment', () => {
  test('reads env:NAME, and anything else is itself', () => {
    expect(fromEnvironment('env:API_TOKEN', { API_TOKEN: ' abc\n' })).toBe('abc')
    expect(fromEnvironment('abc', {})).toBe('abc')
    expect(fromEnvironment('environment', {})).toBe('environment')
  })

  test.each(['env:API_TOKEN', 'env:', 'env:A B', 'env:API_TOKEN\n'])(
    '%j names no set variable: an input error',
    (value) => {
      expect(() => fromEnvironment(value, { API_TOKEN: ' ' })).toThrow(InputProblem)
    },
  )
})
