import type { Frame } from '@hardgate/action'
import { type Exchange, redactUrl } from '@hardgate/http'
import type { Check } from './plan.ts'

export interface Control {
  readonly isGood: boolean
  /** One line about the last answer. */
  readonly found: string
}

const TRIES = 2
const PAUSE_MS = 1000

/** Asks the control, over the same network path as the checks: anything below 500 shows that there is one. */
export async function askControl(url: string, like: Check, { request, clock, signal }: Frame): Promise<Control> {
  const { headers: _private, body: _body, ...path } = like.target.plan
  for (let tries = 1; ; tries++) {
    const exchange = await request({
      ...path,
      url,
      method: 'GET',
      followRedirects: 'none',
      maxBodyBytes: 65_536,
      signal,
    })
    const control = { isGood: isGood(exchange), found: describe(url, exchange) }
    if (control.isGood || tries === TRIES || signal.aborted) return control
    await clock.sleep(PAUSE_MS, signal)
  }
}

/** 407 is the proxy's own: it says nothing of what lies behind. */
const isGood = (exchange: Exchange): boolean =>
  exchange.ok && exchange.status < 500 && !(exchange.viaProxy && exchange.status === 407)

function describe(url: string, exchange: Exchange): string {
  return exchange.ok ? `${redactUrl(url)} answered ${exchange.status}` : exchange.message
}
