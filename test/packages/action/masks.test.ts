import { expect, test } from '@jest/globals'
import { createMasks } from '../../../packages/action/src/masks.ts'

function masks() {
  const registered: string[] = []
  return {
    registered,
    ...createMasks(
      (form) => registered.push(form),
      () => [],
    ),
  }
}

test('a secret is registered as it is, in base64 and URL-encoded, each once', () => {
  const { add, registered } = masks()
  add('p@ss word')
  add(' p@ss word\n')

  // printf 'p@ss word' | base64
  expect(registered).toEqual(expect.arrayContaining(['p@ss word', 'cEBzcyB3b3Jk', 'p%40ss%20word']))
  expect(new Set(registered).size).toBe(registered.length)
})

test('an empty secret is nothing', () => {
  const { add, registered, redact } = masks()
  add('')
  add(' \n ')

  expect(registered).toEqual([])
  expect(redact('a b')).toBe('a b')
})

test('each line of a secret is hidden by itself, but not one that is too short to be a secret', () => {
  const { add, registered, redact } = masks()
  add('-----BEGIN KEY-----\r\nMIIBVgIBADANBg\r\ne=\r\n')

  expect(redact('x MIIBVgIBADANBg y')).toBe('x *** y')
  expect(redact('the letter e=1')).toBe('the letter e=1')
  expect(registered).toContain('MIIBVgIBADANBg')
  expect(registered.filter((form) => form.length < 4 || /[\r\n]/.test(form))).toEqual([])
  expect(redact('a\n-----BEGIN KEY-----\r\nMIIBVgIBADANBg\r\ne=\nb')).toBe('a\n***\nb')
})

test('secrets that overlap leave nothing of either', () => {
  const { add, redact } = masks()
  add('abcdef')
  add('defghi')
  add('ababab')

  expect(redact('xabcdefghiy')).toBe('x***y')
  expect(redact('xabababababy')).toBe('x***y')
})

test('the longer of two secrets is hidden whole', () => {
  const { add, redact } = masks()
  add('token')
  add('token-and-more')

  expect(redact('token-and-more, token')).toBe('***, ***')
})

test('a secret of three letters is registered, but replaces nothing here', () => {
  const { add, registered, redact } = masks()
  add('abc')

  expect(registered).toContain('abc')
  expect(redact('abc')).toBe('abc')
})
