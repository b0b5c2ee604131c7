import { isHtml } from '@hardgate/health'
import { type Exchange, redactText } from '@hardgate/http'
import { inert } from '@hardgate/markdown'

const MAX_BYTES = 2048
// so much is looked at to find so little: a megabyte of markup must not cost a second
const MAX_READ = 65_536

/** The start of a body, for people: secrets replaced, of HTML the title and first text. Empty: there is none. */
export function excerptOf(exchange: Exchange): string {
  if (!exchange.ok || exchange.body.length === 0) return ''
  const raw = new TextDecoder().decode(exchange.body.subarray(0, MAX_READ))
  const text = isHtml(exchange.headers, exchange.body) ? textOfHtml(raw) : raw
  // Redacted before it is cut, or half of a secret could stay; and again when what cannot be seen is gone, for that may
  // have parted a name.
  return cutBytes(redactText(inert(redactText(text))).trim(), MAX_BYTES)
}

function textOfHtml(html: string): string {
  const title = /<title[^>]{0,200}>([^<]*)/i.exec(html)?.[1]?.trim() ?? ''
  const text = html
    .replace(/<(script|style|head)\b[^]*?(?:<\/\1\s*>|$)/gi, ' ')
    .replace(/<!--[^]*?(?:-->|$)/g, ' ')
    .replace(/<[^>]*(?:>|$)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return title === '' || text.startsWith(title) ? text : `${title}\n${text}`
}

function cutBytes(text: string, limit: number): string {
  if (Buffer.byteLength(text) <= limit) return text
  const bytes = Buffer.from(text).subarray(0, limit - 3)
  // the last character may be cut in half
  return `${new TextDecoder().decode(bytes).replace(/\ufffd$/, '')}…`
}
