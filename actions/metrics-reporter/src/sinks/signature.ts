/** What the receiver can check: that the body is ours (`standard` also: and that it is fresh). */
export interface SignedMessage {
  readonly secret: string
  readonly id: string
  /** Seconds since 1970, of this attempt. */
  readonly timestamp: number
  readonly body: string
}

const PREFIX = 'whsec_'

/** The three headers of the Standard Webhooks specification; the id stays the same when it is sent again. */
export function standardSignature({ secret, id, timestamp, body }: SignedMessage): Record<string, string> {
  const signature = hmac(keyOf(secret), `${id}.${timestamp}.${body}`).toString('base64')
  return { ...identified(id, timestamp), 'webhook-signature': `v1,${signature}` }
}

/** Without a secret the receiver still learns the id, by which it can tell a resend. */
export function identified(id: string, timestamp: number): Record<string, string> {
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp) }
}

/** As GitHub signs its own webhooks: over the body alone, with the secret as it is written. */
export function githubSignature({ secret, body }: Pick<SignedMessage, 'secret' | 'body'>): Record<string, string> {
  return { 'x-hub-signature-256': `sha256=${hmac(Buffer.from(secret, 'utf8'), body).toString('hex')}` }
}

/** Undefined: it can sign. Never names the secret. */
export function flawOfSecret(secret: string): string | undefined {
  if (!secret.startsWith(PREFIX)) return undefined
  const isBase64 =
    /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$|^[A-Za-z0-9+/]{2}==$|^[A-Za-z0-9+/]{3}=$/
  return isBase64.test(secret.slice(PREFIX.length)) ? undefined : 'starts with whsec_, but what follows is no base64'
}

function keyOf(secret: string): Buffer {
  return secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : Buffer.from(secret, 'utf8')
}

function hmac(key: Buffer, text: string): Buffer {
  return process.getBuiltinModule('node:crypto').createHmac('sha256', key).update(text, 'utf8').digest()
}
