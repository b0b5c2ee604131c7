import { redactText, redactUrl, secretForms, secretsInUrl } from '@hardgate/http'
import { expect, test } from '@jest/globals'

test.each([
  ['http://u:s3cr3t@h.test/a?b=c', 'http://h.test/a?b=c'],
  ['https://user@h.test/', 'https://h.test/'],
  ['https://h.test/?token=abc&a=1', 'https://h.test/?token=***&a=1'],
  ['https://h.test/?ACCESS_TOKEN=abc', 'https://h.test/?ACCESS_TOKEN=***'],
  [
    'https://h.test/?api-key=1&sig=2&x-secret=3&passwd=4&password=5&dsn=6&code=7',
    'https://h.test/?api-key=***&sig=***&x-secret=***&passwd=***&password=***&dsn=***&code=***',
  ],
  ['https://h.test/?%74oken=abc', 'https://h.test/?%74oken=***'],
  ['https://h.test/?token=a=b=c&d', 'https://h.test/?token=***&d'],
  ['https://h.test/?next=http%3A%2F%2Fu%3Apw%40x', 'https://h.test/?next=***'],
  ['https://h.test/?page=1&token=', 'https://h.test/?page=1&token='],
  ['https://h.test/cb#access_token=abc', 'https://h.test/cb'],
  ['postgres://a:pw@h:5432/d?sslmode=require', 'postgres://h:5432/d?sslmode=require'],
  ['https://hooks.slack.com/services/T1/B2/x3', 'https://hooks.slack.com/***'],
  ['https://h.test/proxy/http://u:pw@x/', 'https://h.test/proxy/http://***@x/'],
  ['not a url http://u:pw@h/?key=1', 'not a url http://***@h/?key=***'],
])('trap 27: %s is shown as %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown)
})

test.each([
  // user info in any URL
  ['postgres://a:pw@h/d', 'postgres://***@h/d'],
  ['{"u":"postgres:\\/\\/a:pw@h\\/d"}', '{"u":"postgres:\\/\\/***@h\\/d"}'],
  ['redis://:p@ss/w@h:6379/0', 'redis://***@h:6379/0'],
  ["mysql://root:it's#1@h/d", 'mysql://***@h/d'],
  ['see http://h:8080/@scope/x and http://[::1]:3000/@y', 'see http://h:8080/@scope/x and http://[::1]:3000/@y'],
  ['(http://h:8080) me@x.test', '(http://h:8080) me@x.test'],
  ['a://u:p@h,b://v:q@i', 'a://***@i'],
  ['cut off: postgres://a:s3cr', 'cut off: postgres://***'],
  ['http://token@h/x', 'http://***@h/x'],
  // members of JSON
  ['{"api_key":"k1","ok":true}', '{"api_key":"***","ok":true}'],
  ['{ "Password" : "a\\"b\\\\" , "x": 1 }', '{ "Password" : "***" , "x": 1 }'],
  ['{"token":12345}', '{"token":"***"}'],
  ['{"has_token":true,"key":null,"secret":""}', '{"has_token":true,"key":null,"secret":""}'],
  ['{"secrets":{"a":"x}","b":["y"]},"z":1}', '{"secrets":"***","z":1}'],
  ['{"keys":["a","b"],"z":1}', '{"keys":"***","z":1}'],
  ['{"dsn":"cut of', '{"dsn":"***"'],
  ["{'password': 'it', 'n': 1}", "{'password': '***', 'n': 1}"],
  ['{"log":"{\\"token\\":\\"a\\\\\\"b\\",\\"n\\":1}"}', '{"log":"{\\"token\\":\\"***\\",\\"n\\":1}"}'],
  ['{"code":"ECONNREFUSED","status_code":503}', '{"code":"ECONNREFUSED","status_code":503}'],
  // queries, connection strings, environments
  ['GET /cb?code=abc&state=1', 'GET /cb?code=***&state=1'],
  ['{"u":"/a?x=1\\u0026token=abc\\u0026y=2"}', '{"u":"/a?x=1\\u0026token=***\\u0026y=2"}'],
  ['<a href="/x?a=1&amp;sig=abc">', '<a href="/x?a=1&amp;sig=***">'],
  ['DB_PASSWORD=hunter2 PORT=80', 'DB_PASSWORD=*** PORT=80'],
  ['password = "two words" host=h', 'password = *** host=h'],
  ["host=h password='two words' port=1", 'host=h password=*** port=1'],
  ['error code=7 token == x', 'error code=7 token == x'],
  // lines and headers
  ['host: h\npassword: hunter2\nport: 1', 'host: h\npassword: ***\nport: 1'],
  ['  - X-Api-Key: abc', '  - X-Api-Key: ***'],
  ['sent Authorization: Bearer eyJhbGciOi.J9-_x', 'sent Authorization: Bearer ***'],
  ['Basic dTpzM2NyM3Q= was refused', 'Basic *** was refused'],
  ['Basic authentication required', 'Basic authentication required'],
  // what is none
  ['{"status":"ok","checks":{"db":{"ok":true}}}', '{"status":"ok","checks":{"db":{"ok":true}}}'],
  ['', ''],
])('trap 27: %s becomes %s', (text, shown) => {
  expect(redactText(text)).toBe(shown)
  expect(redactText(shown)).toBe(shown)
})

test.each([
  ['names', 'a'.repeat(1_000_000)],
  ['name=', `${'k'.repeat(1_000_000)}=`],
  ['equals', 'key='.repeat(250_000)],
  ['urls', '://'.repeat(300_000)],
  ['urls with names', 'a://b:'.repeat(160_000)],
  ['urls with an at far away', `${'a://b'.repeat(200_000)}@`],
  ['quotes', `"'`.repeat(500_000)],
  ['open members', '"key":{'.repeat(140_000)],
  ['open strings', '"key":"'.repeat(140_000)],
  ['backslashes', '\\'.repeat(1_000_000)],
  ['escaped quotes', '\\"'.repeat(500_000)],
  ['blanks', `"key"${' '.repeat(1_000_000)}:`],
  ['lines', '- - - -\n'.repeat(120_000)],
  ['dashes', '-'.repeat(1_000_000)],
  ['schemes', 'Bearer '.repeat(140_000)],
  ['one long bearer', `Bearer ${'a'.repeat(1_000_000)}`],
])('a body of 1 MB of %s is redacted in less than a second', (_, text) => {
  const start = performance.now()

  redactText(text)

  expect(performance.now() - start).toBeLessThan(1000)
})

test('trap 28: a secret has each of its forms once', () => {
  expect(secretForms('a/b "ü')).toEqual([
    'a/b "ü',
    'YS9iICLDvA==',
    'YS9iICLDvA',
    'a%2Fb%20%22%C3%BC',
    'a%2Fb+%22%C3%BC',
    'a/b \\"ü',
  ])
  expect(secretForms('abc')).toEqual(['abc', 'YWJj'])
  expect(secretForms('')).toEqual([])
  expect(secretForms('\ud800')).toHaveLength(5)
})

test('trap 28: a URL gives its password, the pair for Basic, and sensitive values, decoded and as they stand', () => {
  expect(secretsInUrl('http://u%40x:p%2Fw@h/?token=a%20b&x=1&code=c')).toEqual([
    'u@x:p/w',
    'p/w',
    'p%2Fw',
    'a%20b',
    'a b',
    'c',
  ])
  expect(secretsInUrl('http://user@h/?x=1&token=')).toEqual([])
  expect(secretsInUrl('no url')).toEqual([])
})
