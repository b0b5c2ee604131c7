import { goModuleName, parsePathRules } from '@hardgate/coverage'
import { expect, test } from '@jest/globals'

test('a rule names what to drop and what to put there, in slashes of either kind', () => {
  expect(parsePathRules(['/build/src => src', 'C:\\b =>  .', 'com/shop => app\\java\\'])).toEqual({
    rules: [
      { from: '/build/src', to: 'src' },
      { from: 'C:\\b', to: '' },
      { from: 'com/shop', to: 'app/java' },
    ],
    problems: [],
  })
})

test.each(['/build', '/build =>', '=> src', 'a => b => c', 'a=>b'])(
  '"%s" is no rule, and the message shows one',
  (line) => {
    const { rules, problems } = parsePathRules([line])

    expect(rules).toEqual([])
    expect(problems).toEqual([expect.stringContaining(`${JSON.stringify(line)} is no rule. Write "from => to"`)])
  },
)

test.each(['../other', '/etc', 'C:\\x', 'a/../../b'])('a rule cannot lead to %s', (to) => {
  expect(parsePathRules([`a => ${to}`]).problems).toEqual([expect.stringContaining('leads out of the repository')])
})

test.each<[string, string | undefined]>([
  ['module example.com/shop\n\ngo 1.24\n', 'example.com/shop'],
  ['// the shop\r\nmodule example.com/shop/v2 // v2\r\n', 'example.com/shop/v2'],
  ['module "example.com/a b"\n', 'example.com/a b'],
  ['module `example.com/c`', 'example.com/c'],
  ['go 1.24\nrequire example.com/other v1.0.0\n', undefined],
  ['// module example.com/commented\n', undefined],
])('%j names the module %s', (text, name) => {
  expect(goModuleName(text)).toBe(name)
})
