import { JsonScanner } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { ANY_KEY, ITEM, JsonPicker, type JsonValue } from '../../../packages/load/src/json-picker.ts'

function picked(document: string, ...paths: readonly (readonly string[])[]): unknown[] {
  const found: unknown[] = []
  const take =
    (path: readonly string[]) =>
    (value: JsonValue, key: string): void =>
      void found.push([path.join('.'), key, value])
  const scanner = new JsonScanner(new JsonPicker(paths.map((path) => ({ path, take: take(path) }))))
  scanner.push(Buffer.from(document))
  scanner.end()
  return found
}

test('only what stands at a wanted place is built', () => {
  const document = '{"a":{"b":{"c":[1,{"d":null}]},"e":"x"},"f":{"b":3},"b":{"c":4}}'

  expect(picked(document, ['a', 'b'], ['f', ANY_KEY], ['a', 'e'])).toEqual([
    ['a.b', 'b', new Map([['c', [1, new Map([['d', null]])]]])],
    ['a.e', 'e', 'x'],
    ['f.*', 'b', 3],
  ])
})

test('an item is of an array, and a key is of an object', () => {
  expect(picked('{"a":[1,[2],{"b":3}]}', ['a', ITEM])).toEqual([
    ['a.[]', '', 1],
    ['a.[]', '', [2]],
    ['a.[]', '', new Map([['b', 3]])],
  ])
  expect(picked('{"a":[1,{"b":3}]}', ['a', ANY_KEY], ['a', 'b'], ['a', ''])).toEqual([])
  expect(picked('{"a":{"[]":1}}', ['a', ITEM])).toEqual([])
  expect(picked('[[1]]', [ITEM, ITEM])).toEqual([['[].[]', '', 1]])
})

test('no key means anything by itself', () => {
  expect(picked('{"a":{"__proto__":{"x":1},"constructor":2,"":3}}', ['a'])).toEqual([
    [
      'a',
      'a',
      new Map<string, unknown>([
        ['__proto__', new Map([['x', 1]])],
        ['constructor', 2],
        ['', 3],
      ]),
    ],
  ])
})

test('the part after a picked one is found again', () => {
  expect(picked('{"a":{"b":[{}]},"c":{"d":true},"a":5}', ['a'], ['c', 'd'])).toEqual([
    ['a', 'a', new Map([['b', [new Map()]]])],
    ['c.d', 'd', true],
    ['a', 'a', 5],
  ])
})

test('a part with too many values is refused, and one that is not picked may have any number', () => {
  const many = `[${'1,'.repeat(200_000)}1]`

  expect(() => picked(`{"a":${many}}`, ['a'])).toThrow('more than 200000 values in one part of it')
  expect(picked(`{"a":${many},"b":1}`, ['b'])).toEqual([['b', 'b', 1]])
})
