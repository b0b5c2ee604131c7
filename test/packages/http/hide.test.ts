import { hideAll } from '@hardgate/http'
import { expect, test } from '@jest/globals'

test.each([
  ['a key=s3cr3t here', ['s3cr3t'], 'a key=*** here'],
  ['ababab', ['abab'], '***'],
  ['onetwo', ['one', 'two'], '***'],
  ['one two', ['one', 'two'], '*** ***'],
  ['nothing', ['s3cr3t'], 'nothing'],
  ['an empty one hides nothing', [''], 'an empty one hides nothing'],
])('in "%s" %j leaves "%s"', (text, needles, hidden) => {
  expect(hideAll(text, needles)).toBe(hidden)
})
