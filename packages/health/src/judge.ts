import type { Answer, Exchange, Failure, FailureKind, UnfollowedWhy } from '@hardgate/http'
import type { FailureClass, Health } from './classes.ts'
import { type HealthDocument, readHealthDocument } from './document.ts'
import { type Expectations, expectationTexts, releaseText, statusText } from './expectations.ts'
import { type JsonDocument, readJson } from './json.ts'
import { judgeJson } from './json-expectation.ts'
import type { ExpectationResult, Judgement, Release } from './judgement.ts'
import { cacheMarker, challengeMarker, edgeMarker } from './markers.ts'
import { quoteText } from './show.ts'
import { judgeBody, judgeHeader } from './text-expectation.ts'
import { readVersion, releaseOf, showVersion } from './version.ts'

interface Finding {
  readonly health: Health
  readonly failureClass?: FailureClass
  readonly reason: string
}

/** What one answer or failure says of the service, by itself: whether a missing version counts, only its round can say. */
export function judge(exchange: Exchange, expectations: Expectations): Judgement {
  return exchange.ok ? judgeAnswer(exchange, expectations) : judgeFailure(exchange, expectations)
}

const KINDS: Readonly<Record<FailureKind, { readonly health: Health; readonly failureClass?: FailureClass }>> = {
  dns: { health: 'unreachable', failureClass: 'dns' },
  'connect-timeout': { health: 'unreachable', failureClass: 'connect-timeout' },
  'no-route': { health: 'unreachable', failureClass: 'no-route' },
  proxy: { health: 'unreachable', failureClass: 'proxy' },
  refused: { health: 'unhealthy', failureClass: 'refused' },
  tls: { health: 'unhealthy', failureClass: 'tls' },
  protocol: { health: 'unhealthy', failureClass: 'protocol' },
  'response-timeout': { health: 'unhealthy', failureClass: 'response-timeout' },
  truncated: { health: 'unhealthy', failureClass: 'truncated' },
  redirect: { health: 'unhealthy', failureClass: 'redirect' },
  aborted: { health: 'cancelled' },
}

function judgeFailure({ kind, message, reached }: Failure, expectations: Expectations): Judgement {
  return {
    ...KINDS[kind],
    reason: message,
    isVoid: false,
    hasAnswered: kind !== 'proxy' && (reached === 'tcp' || reached === 'tls'),
    release: expectations.expectedVersion === undefined ? 'not-asked' : 'missing',
    results: expectationTexts(expectations).map((text) => notJudged(text, 'there is no answer')),
    failingParts: [],
  }
}

/** An answer with its body read once. */
interface Reading {
  readonly answer: Answer
  readonly text: string
  readonly document: JsonDocument
  readonly says: HealthDocument
  readonly version: string | undefined
  readonly release: Release
}

function judgeAnswer(answer: Answer, expectations: Expectations): Judgement {
  const reading = readAnswer(answer, expectations)
  const isAccepted = expectations.status.has(answer.status)
  const results = resultsOf(reading, expectations, isAccepted)
  const cached = expectations.allowsCached ? undefined : cacheMarker(answer)
  const finding = cached === undefined ? findingOf(reading, expectations, results) : fromCache(cached)
  return {
    ...finding,
    isVoid: cached !== undefined,
    hasAnswered: finding.failureClass !== 'proxy',
    ...(reading.version === undefined ? {} : { version: reading.version }),
    release: reading.release,
    results,
    failingParts: reading.says.failingParts,
  }
}

function readAnswer(answer: Answer, { versionFrom, expectedVersion, readsDocuments }: Expectations): Reading {
  const { headers } = answer
  const document: JsonDocument = answer.isBodyCut ? { isJson: false } : readJson(answer.body)
  const text = new TextDecoder().decode(answer.body)
  const says = readsDocuments && !answer.isBodyCut ? readHealthDocument(text, document) : { failingParts: [] }
  const version = readVersion(versionFrom, { headers, body: text, document }, expectedVersion)
  return { answer, text, document, says, version, release: releaseOf(version, expectedVersion) }
}

const fromCache = (marker: string): Finding => ({
  health: 'unverified',
  failureClass: 'cached',
  reason: `the answer came from a cache (${marker})`,
})

function findingOf(reading: Reading, expectations: Expectations, results: readonly ExpectationResult[]): Finding {
  if (!expectations.status.has(reading.answer.status)) return refusedStatus(reading, expectations)
  const failed = results.find(({ outcome, expectation }) => outcome === 'fail' && !isRelease(expectation, expectations))
  if (failed !== undefined) return { health: 'unhealthy', failureClass: 'assertion', reason: failed.explanation }
  if (reading.release !== 'other') return { health: 'healthy', reason: '' }
  return { health: 'stale', reason: otherRelease(reading, expectations) }
}

const isRelease = (expectation: string, { expectedVersion }: Expectations): boolean =>
  expectedVersion !== undefined && expectation === releaseText(expectedVersion)

function otherRelease({ version = '' }: Reading, { expectedVersion = '' }: Expectations): string {
  return `release ${showVersion(version)} answers, expected ${showVersion(expectedVersion)}`
}

function refusedStatus({ answer, says }: Reading, { status }: Expectations): Finding {
  const got = `got ${answer.status}, expected ${status.text}`
  if (answer.status === 429)
    return { health: 'blocked', failureClass: 'rate-limited', reason: `${got}: too many requests` }
  const challenge = challengeMarker(answer)
  if (challenge !== undefined) {
    return { health: 'blocked', failureClass: 'challenge', reason: `got ${answer.status} from the edge (${challenge})` }
  }
  const edge = edgeMarker(answer)
  if (edge !== undefined) return { health: 'unhealthy', failureClass: 'edge-upstream', reason: `${got} (${edge})` }
  if (isFromProxy(answer)) {
    return { health: 'unreachable', failureClass: 'proxy', reason: `got ${answer.status}, as it seems from the proxy` }
  }
  if (answer.unfollowed !== undefined)
    return { health: 'unhealthy', failureClass: 'redirect', reason: redirected(answer.status, answer.unfollowed) }
  const said =
    says.word === undefined || says.word === 'good' ? '' : `; the health document says ${quoteText(says.said ?? '')}`
  return { health: 'unhealthy', failureClass: 'status', reason: `${got}${said}` }
}

/**
 * To a plain `http:` target the proxy speaks in the target's name; only marks tell the two apart. tinyproxy answers a
 * wrong password with 401, squid a refused target with 403, each under its own name as the server.
 */
function isFromProxy({ viaProxy, url, status, headers }: Answer): boolean {
  if (!viaProxy || !url.startsWith('http:')) return false
  return [407, 502, 503, 504].includes(status) || /^(?:tinyproxy|squid)\b/i.test(headers['server'] ?? '')
}

const UNFOLLOWED: Readonly<Record<UnfollowedWhy, string>> = {
  'not-asked': 'redirects, and redirects are not followed here, to',
  'other-host': 'redirects to another host,',
  'to-plain-http': 'redirects from https to plain http,',
  'body-to-other-origin': "would send the request's body to another origin,",
  'no-location': 'redirects without saying where to',
  'not-http': 'redirects to what is no web address,',
}

const redirected = (status: number, { why, to }: { readonly why: UnfollowedWhy; readonly to: string }): string =>
  `${status} ${UNFOLLOWED[why]} ${to}`.trim()

function resultsOf(reading: Reading, expectations: Expectations, isAccepted: boolean): readonly ExpectationResult[] {
  const { answer } = reading
  const status = statusResult(answer, expectations, isAccepted)
  if (!isAccepted) {
    const rest = expectationTexts(expectations).slice(1)
    return [
      status,
      ...rest.map((text) =>
        isRelease(text, expectations)
          ? releaseResult(reading, text, expectations)
          : notJudged(text, `the status is ${answer.status}`),
      ),
    ]
  }
  return [
    status,
    ...expectations.headers.map((one) => judgeHeader(one, answer.headers)),
    ...contentResults(reading, expectations),
    ...documentResult(reading, expectations),
    ...(expectations.expectedVersion === undefined
      ? []
      : [releaseResult(reading, releaseText(expectations.expectedVersion), expectations)]),
  ]
}

function statusResult({ status }: Answer, expectations: Expectations, isAccepted: boolean): ExpectationResult {
  const expectation = statusText(expectations.status)
  const measured = String(status)
  if (isAccepted) return { expectation, outcome: 'pass', measured, explanation: `status ${status}` }
  return { expectation, outcome: 'fail', measured, explanation: `got ${status}, expected ${expectations.status.text}` }
}

function contentResults(
  { answer, text, document }: Reading,
  { json, body }: Expectations,
): readonly ExpectationResult[] {
  const unreadable = unreadableBody(answer)
  if (unreadable !== undefined) {
    return [...json.map((one) => one.text), ...body.map((one) => `body ${one.text}`)].map((expectation) => ({
      expectation,
      outcome: 'fail',
      explanation: `expected ${expectation}, but ${unreadable}`,
    }))
  }
  const notJson = `the body is not JSON, it starts with ${quoteText(text.slice(0, 60).trim())}`
  return [
    ...json.map(
      (one): ExpectationResult =>
        document.isJson
          ? judgeJson(one, document.value)
          : { expectation: one.text, outcome: 'fail', explanation: `expected ${one.text}, but ${notJson}` },
    ),
    ...body.map((one) => judgeBody(one, text)),
  ]
}

function unreadableBody({ isBodyCut, body }: Answer): string | undefined {
  if (isBodyCut) return 'the body is larger than 1 MiB'
  return body.length === 0 ? 'there is no body' : undefined
}

/** A health document speaks for a 2xx alone: whoever lists another status has said what that one means. */
function documentResult({ answer, says }: Reading, { allowsDegraded }: Expectations): readonly ExpectationResult[] {
  if (says.word === undefined || answer.status < 200 || answer.status > 299) return []
  const measured = quoteText(says.said ?? '')
  const isGood = says.word === 'good' || (says.word === 'degraded' && allowsDegraded)
  const explanation = `the health document says ${measured}`
  return [{ expectation: 'health document', outcome: isGood ? 'pass' : 'fail', measured, explanation }]
}

function releaseResult(
  { version, release }: Reading,
  expectation: string,
  expectations: Expectations,
): ExpectationResult {
  if (version === undefined) return notJudged(expectation, 'the answer names no release')
  const measured = showVersion(version)
  if (release === 'expected')
    return { expectation, outcome: 'pass', measured, explanation: `release ${measured} answers` }
  const explanation = `release ${measured} answers, expected ${showVersion(expectations.expectedVersion ?? '')}`
  return { expectation, outcome: 'fail', measured, explanation }
}

const notJudged = (expectation: string, why: string): ExpectationResult => ({
  expectation,
  outcome: 'not-judged',
  explanation: `not judged: ${why}`,
})
