import type { Answer, Exchange, Failure, RequestPlan } from '@hardgate/http'
import { request } from '@hardgate/http'

/** A request with no proxy variables and a guard of 5 s. */
export function ask(url: string, plan: Partial<RequestPlan> = {}): Promise<Exchange> {
  return request({ url, timeoutMs: 5000, env: {}, ...plan })
}

export function answered(exchange: Exchange): Answer {
  if (!exchange.ok) throw new Error(`${exchange.kind}: ${exchange.message}`)
  return exchange
}

export function failed(exchange: Exchange): Failure {
  if (exchange.ok) throw new Error(`answered ${exchange.status}`)
  return exchange
}
