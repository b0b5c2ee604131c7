import type { AsyncParser } from '@hardgate/action'
import type { HeaderExpectation } from '@hardgate/health'
import { secretsInUrl } from '@hardgate/http'
import { secretsInHeaders } from './headers.ts'
import type { Settings } from './settings.ts'
import type { Place } from './targets.ts'

/** One entry of `checks`, or one line of `url`. */
export interface Entry extends Place {
  /** For messages, such as `checks, entry 2 (diagnostics)`. */
  readonly where: string
  readonly isAdvisory: boolean
  readonly method: string
  readonly body?: string
  readonly expectHeader: readonly HeaderExpectation[]
  readonly settings: Partial<Settings>
}

export interface Entries {
  readonly entries: readonly Entry[]
  /** Told with those of all other inputs, by a rule. */
  readonly problems: readonly string[]
}

/** The YAML list of checks. What reads it costs a start 43 ms, so it is loaded only where there is a list. */
export function checkEntries(): AsyncParser<Entries> {
  return {
    parse: async (raw, env) => {
      const { readCheckEntries } = await import('./check-entries.ts')
      return readCheckEntries(raw, env)
    },
    whenEmpty: { entries: [], problems: [] },
    secretsIn: literalSecrets,
    show: () => '…',
  }
}

/** Tokens that stand in the text itself; those of the environment are masked when they are known. Never throws. */
function literalSecrets(raw: string): string[] {
  const values = [...raw.matchAll(/^[\s-]*(?:bearer-token|basic-auth):[ \t]*(["']?)(.+?)\1[ \t]*$/gm)]
  const tokens = values.map(([, , value = '']) => value).filter((value) => !value.startsWith('env:'))
  const urls = [...raw.matchAll(/https?:\/\/[^\s"']+/g)].flatMap(([url]) => secretsInUrl(url))
  return [...tokens, ...urls, ...secretsInHeaders(raw)]
}
