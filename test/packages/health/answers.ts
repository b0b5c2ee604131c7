import {
  type Expectations,
  loadJsonPath,
  parseBodyExpectation,
  parseHeaderExpectation,
  parseJsonExpectation,
  parseStatusSet,
  parseVersionSource,
} from '@hardgate/health'
import { type Answer, type Exchange, type Failure, type FailureKind, redactUrl } from '@hardgate/http'

interface AnswerParts {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Anything but a string or bytes becomes JSON. */
  readonly body?: unknown
  readonly rest?: Partial<Answer>
}

/** An answer as `request` gives it. */
export function answer({ status = 200, headers = {}, body = '', rest = {} }: AnswerParts = {}): Exchange {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return {
    ok: true,
    status,
    headers,
    body: bytes,
    isBodyCut: false,
    phases: { firstByte: 80, lastByte: 83 },
    reached: 'tcp',
    address: '203.0.113.7',
    url: redactUrl('http://api.example.com/health'),
    redirects: [],
    droppedHeaders: [],
    viaProxy: false,
    ...rest,
  }
}

export function failure(kind: FailureKind, rest: Partial<Failure> = {}): Exchange {
  return {
    ok: false,
    kind,
    message: `it failed: ${kind}`,
    mayHaveBeenSent: false,
    phases: {},
    reached: 'nothing',
    url: 'http://api.example.com/health',
    redirects: [],
    droppedHeaders: [],
    viaProxy: false,
    ...rest,
  }
}

export interface Wanted {
  readonly status?: string
  readonly json?: readonly string[]
  readonly body?: readonly string[]
  readonly headers?: readonly string[]
  readonly version?: string
  readonly versionFrom?: string
  readonly rest?: Partial<Expectations>
}

export const compile = await loadJsonPath()

export function expectations({
  status = '200-299',
  json = [],
  body = [],
  headers = [],
  version,
  versionFrom = 'auto',
  rest = {},
}: Wanted = {}): Expectations {
  return {
    status: parseStatusSet(status),
    headers: headers.map(parseHeaderExpectation),
    json: json.map((line) => parseJsonExpectation(line, compile)),
    body: body.map(parseBodyExpectation),
    readsDocuments: true,
    allowsDegraded: false,
    allowsCached: false,
    versionFrom: parseVersionSource(versionFrom, compile),
    ...(version === undefined ? {} : { expectedVersion: version }),
    ...rest,
  }
}
