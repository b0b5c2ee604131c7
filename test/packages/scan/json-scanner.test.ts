import { JsonScanner, ScanError } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { jsonEvents } from './json-events.ts'
import { pushInChunks } from './xml-events.ts'

function failure(document: string | Uint8Array, chunk?: number, limits = {}): ScanError {
  try {
    jsonEvents(document, chunk, limits)
  } catch (error) {
    if (error instanceof ScanError) return error
    throw error
  }
  throw new Error(`was accepted: ${String(document)}`)
}

const LARGE = ` {"files": {"a/\\u00e9\\"\u20ac.py": {"executed_lines": [1, 2,30],"x":{},\t"y":[] }},
 "n": [-0, 0.5, -12.5e+3, 1E2, 12345678901234567890], "l": [true,false , null], "s": "\u{1f600}\\ud83d\\ude00\\n" }\r\n`

test('every event comes in its order, and a number keeps what it is written as', () => {
  expect(jsonEvents(LARGE)).toEqual([
    ...['{', '"files":', '{', '"a/\u00e9\\"\u20ac.py":', '{', '"executed_lines":', '[', '1', '2', '30', ']'],
    ...['"x":', '{', '}', '"y":', '[', ']', '}', '}', '"n":', '['],
    ...['-0 as 0', '0.5', '-12.5e+3 as -12500', '1E2 as 100', '12345678901234567890 as 12345678901234567000', ']'],
    ...['"l":', '[', 'true', 'false', 'null', ']', '"s":', '"\u{1f600}\u{1f600}\\n"', '}'],
  ])
})

test('every size of chunk gives the same events', () => {
  const whole = jsonEvents(LARGE)

  for (let chunk = 1; chunk <= Buffer.byteLength(LARGE); chunk += 1) {
    expect([chunk, jsonEvents(LARGE, chunk)]).toEqual([chunk, whole])
  }
})

test('trap 20: a document that is cut after any byte is truncated, in one chunk and in many', () => {
  const bytes = Buffer.from(LARGE)

  for (let length = 0; length < bytes.lastIndexOf('}'); length += 1) {
    expect([length, failure(bytes.subarray(0, length)).isTruncated]).toEqual([length, true])
    expect([length, failure(bytes.subarray(0, length), 3).isTruncated]).toEqual([length, true])
  }
})

test('trap 20: a cut between two complete values is truncated', () => {
  const { message, offset, isTruncated } = failure('{"a": {}')

  expect({ message, offset, isTruncated }).toEqual({
    message: 'the document ends where , or } must come',
    offset: 8,
    isTruncated: true,
  })
})

test.each(['["a', '["a\\\\', '{"a', '[nul'])('trap 20: %s ends inside a value or a key', (document) => {
  expect(failure(document).message).toBe('the document ends inside a value or a key')
})

test('a key that stands twice is handed on twice', () => {
  expect(jsonEvents('{"a":1,"a":2}')).toEqual(['{', '"a":', '1', '"a":', '2', '}'])
})

test('a key that comes again is the same as before, whatever other keys came between', () => {
  const keys = Array.from({ length: 5000 }, (_, i) => `key ${i % 2500}`)

  expect(jsonEvents(JSON.stringify(keys.map((key) => ({ [key]: 0 }))))).toEqual([
    '[',
    ...keys.flatMap((key) => ['{', `"${key}":`, '0', '}']),
    ']',
  ])
})

const MALFORMED: readonly (readonly [document: string, offset: number, message: string])[] = [
  ['{} {}', 3, 'something stands after the end of the value'],
  ['1 2', 2, 'something stands after the end of the value'],
  ['{}\u0000', 2, 'something stands after the end of the value'],
  ['{"a":1,}', 7, 'expected a key here'],
  ['{a:1}', 1, 'expected a key or } here'],
  ["{'a':1}", 1, 'expected a key or } here'],
  ['{"a" 1}', 5, 'expected : here'],
  ['{"a":1 "b":2}', 7, 'expected , or } here'],
  ['[1,]', 3, 'expected a value here'],
  ['[1 2]', 3, 'expected , or ] here'],
  ['[1}', 2, 'expected , or ] here'],
  ['{]', 1, 'expected a key or } here'],
  ['[,1]', 1, 'expected a value or ] here'],
  ['// x\n1', 0, 'expected a value here'],
  ['\ufeff1', 0, 'expected a value here'],
  ['\u00a01', 0, 'expected a value here'],
  ['[tru]', 1, 'expected a value or ] here'],
  ['[True]', 1, 'expected a value or ] here'],
  ['"a\nb"', 2, 'a control character within a string'],
  ['"a\u0000b"', 2, 'a control character within a string'],
  ['"\\x41"', 1, 'a string with an escape that does not exist'],
  ['"\\u00g0"', 1, 'a string with an escape that does not exist'],
  ['{"\\q":1}', 2, 'a string with an escape that does not exist'],
]

test.each(MALFORMED)('%j is malformed, not truncated, in chunks of any size', (document, offset, message) => {
  for (const chunk of [undefined, 1, 2, 3]) {
    const error = failure(document, chunk)
    expect({ chunk, message: error.message, offset: error.offset, isTruncated: error.isTruncated }).toEqual({
      chunk,
      message,
      offset,
      isTruncated: false,
    })
  }
})

test.each([
  'NaN',
  'Infinity',
  '-Infinity',
  '+1',
  '.5',
  '1.',
  '01',
  '-01',
  '00',
  '1e',
  '0x10',
  '1_000',
  '-',
  '--1',
  '1.e1',
  '1e1.5',
])('trap 24: %s is no number of JSON', (number) => {
  expect(failure(`[${number}]`).isTruncated).toBe(false)
  expect(failure(`[${number}]`, 1).isTruncated).toBe(false)
})

test('a number beyond what a double holds is handed on as infinite, with what it is written as', () => {
  expect(jsonEvents('[1e999,-1e999]')).toEqual(['[', '1e999 as Infinity', '-1e999 as -Infinity', ']'])
})

test('a lone number, string or literal is a document', () => {
  expect(['12', '-0.5', '"a"', 'null', ' true '].map((document) => jsonEvents(document))).toEqual([
    ['12'],
    ['-0.5'],
    ['"a"'],
    ['null'],
    ['true'],
  ])
  expect(['-', '1.', '1e', '"a', 'nul'].map((document) => failure(document).isTruncated)).toEqual(Array(5).fill(true))
})

test('invalid UTF-8 in a string is passed as U+FFFD', () => {
  expect(jsonEvents(Buffer.from([0x22, 0x61, 0xff, 0x22]))).toEqual(['"a\ufffd"'])
})

test('trap 22: one more object or array than the limit allows within each other is an error', () => {
  expect(jsonEvents('[{"a":[]}]', undefined, { maxDepth: 3 })).toHaveLength(7)
  expect(failure('[{"a":[[]]}]', undefined, { maxDepth: 3 }).message).toBe(
    'more than 3 objects and arrays within each other',
  )
})

test('trap 22: a string or a key that is one byte too long is an error, in chunks of any size', () => {
  const limits = { maxStringBytes: 4 }

  for (const chunk of [undefined, 1, 3]) {
    expect(jsonEvents('{"abcd":"\u00e9\u00e9"}', chunk, limits)).toHaveLength(4)
    expect(failure('"abcde"', chunk, limits).message).toBe('a string longer than 4 bytes')
    expect(failure('{"abcde":1}', chunk, limits).message).toBe('a string longer than 4 bytes')
  }
  expect(failure(`[${'1'.repeat(2000)}]`).message).toBe('a number longer than 1024 bytes')
})

test.each([1, 5, 100])('an event knows where its token begins, in chunks of %d', (chunk) => {
  const offsets: number[] = []
  const add = (): void => {
    offsets.push(scanner.offset)
  }
  const scanner: JsonScanner = new JsonScanner({
    beginObject: add,
    endObject: add,
    beginArray: add,
    endArray: add,
    key: add,
    string: add,
    number: add,
    literal: add,
  })

  pushInChunks(scanner, Buffer.from(' {"\u00e9": [12, "x", null]}'), chunk)

  expect(offsets).toEqual([1, 2, 8, 9, 13, 18, 22, 23])
})

test('a key with an escape is decoded each time', () => {
  expect(jsonEvents('[{"\\u0061\\n":0},{"\\u0061\\n":0}]').filter((event) => event.endsWith(':'))).toEqual([
    '"a\\n":',
    '"a\\n":',
  ])
})

test('after an error a scanner refuses to go on', () => {
  const none = (): void => {}
  const scanner = new JsonScanner({
    beginObject: none,
    endObject: none,
    beginArray: none,
    endArray: none,
    key: none,
    string: none,
    number: none,
    literal: none,
  })

  expect(() => scanner.push(Buffer.from('{]'))).toThrow('expected a key or } here')
  expect(() => scanner.end()).toThrow('nothing can be read after an error')
})
