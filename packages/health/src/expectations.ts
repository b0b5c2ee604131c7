import type { JsonExpectation } from './json-expectation.ts'
import type { StatusSet } from './status-set.ts'
import type { BodyExpectation, HeaderExpectation } from './text-expectation.ts'
import { showVersion, type VersionSource } from './version.ts'

/** What an answer must be to count as healthy. */
export interface Expectations {
  readonly status: StatusSet
  readonly headers: readonly HeaderExpectation[]
  readonly json: readonly JsonExpectation[]
  readonly body: readonly BodyExpectation[]
  /** Known health documents are read, and what they say counts. */
  readonly readsDocuments: boolean
  readonly allowsDegraded: boolean
  readonly allowsCached: boolean
  readonly versionFrom: VersionSource
  /** Absent: any release will do. */
  readonly expectedVersion?: string
}

/** Every expectation by name, in the order in which they are judged. */
export function expectationTexts({ status, headers, json, body, expectedVersion }: Expectations): string[] {
  return [
    statusText(status),
    ...headers.map(({ text }) => `header ${text}`),
    ...json.map(({ text }) => text),
    ...body.map(({ text }) => `body ${text}`),
    ...(expectedVersion === undefined ? [] : [releaseText(expectedVersion)]),
  ]
}

export const statusText = ({ text }: StatusSet): string => `status ${text}`
export const releaseText = (expected: string): string => `release == ${showVersion(expected)}`
