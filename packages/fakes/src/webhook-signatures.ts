import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** A receiver of Standard Webhooks refuses what is older than this: a recorded request cannot be played again. */
const TOLERANCE_SECONDS = 300

/** What a receiver finds wrong with a request by the Standard Webhooks specification; undefined: it is genuine and fresh. */
export function standardFlaw(
  body: Buffer,
  headers: IncomingHttpHeaders,
  secret: string,
  now: Date,
): string | undefined {
  const id = one(headers['webhook-id'])
  const timestamp = one(headers['webhook-timestamp'])
  if (id === '' || timestamp === '') return 'no webhook-id or webhook-timestamp'
  if (!/^\d+$/.test(timestamp)) return 'the timestamp is not in seconds'
  if (Math.abs(now.getTime() / 1000 - Number(timestamp)) > TOLERANCE_SECONDS)
    return 'the timestamp is too old or too new'
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body])
  const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  const given = one(headers['webhook-signature']).split(' ')
  return given.some((signature) => isEqual(signature, expected)) ? undefined : 'no signature fits'
}

/** The same for GitHub's way to sign, which knows no time. */
export function githubFlaw(body: Buffer, headers: IncomingHttpHeaders, secret: string): string | undefined {
  const expected = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
  return isEqual(one(headers['x-hub-signature-256']), expected) ? undefined : 'the signature does not fit'
}

const one = (value: string | readonly string[] | undefined): string => (typeof value === 'string' ? value : '')

function isEqual(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)]
  return left.length === right.length && timingSafeEqual(left, right)
}
