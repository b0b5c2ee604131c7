import { expect, test } from '@jest/globals'
import {
  flawOfSecret,
  githubSignature,
  standardSignature,
} from '../../../../actions/metrics-reporter/src/sinks/signature.ts'

// The vector of standardwebhooks and of GitHub's scheme for one message, made with other libraries.
const message = {
  secret: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
  id: 'hg1-9edf27d5d3d709997c05657397a64b8d',
  timestamp: 1_795_377_704,
  body: '{"a":1}',
}

test('acceptance 9: the signature is that of standardwebhooks', () => {
  expect(standardSignature(message)).toEqual({
    'webhook-id': message.id,
    'webhook-timestamp': '1795377704',
    'webhook-signature': 'v1,7c1UsDynF5Jxf7tjk9rj9T0d4xHRhPW0gTWhH6d1hHI=',
  })
})

test('acceptance 9: the other signature is that of GitHub, with the secret as it is written', () => {
  expect(githubSignature(message)).toEqual({
    'x-hub-signature-256': 'sha256=0644de49523cf2c6c385a72deab74a857df1aa5a4539f5b8fceeab5813730bc7',
  })
})

test('a secret without whsec_ signs as UTF-8', () => {
  const key = '0123456789abcdef0123456789abcdef' // what the vector's secret is in base64

  expect(standardSignature({ ...message, secret: key })).toEqual(standardSignature(message))
})

test.each(['whsec_', 'whsec_abc', 'whsec_ab c=', 'whsec_****'])('%s cannot sign', (secret) => {
  expect(flawOfSecret(secret)).toBe('starts with whsec_, but what follows is no base64')
})

test.each([message.secret, 'whsec_YWI=', 'whsec_YQ==', 'plain'])('%s can sign', (secret) => {
  expect(flawOfSecret(secret)).toBeUndefined()
})
