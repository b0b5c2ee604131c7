import { flawOfSecret } from './signature.ts'
import type { Kind } from './sink.ts'

// Apart from the sinks themselves, so that the main stage, which sends nothing, need not load them.
const KINDS: readonly Kind[] = [
  {
    kind: 'webhook',
    schemes: { 'webhook+https': 'https', https: 'https', 'webhook+http': 'http', http: 'http' },
    options: { sign: ['both', 'standard', 'github', 'none'] },
    takesCredentials: true,
    flawOfToken: flawOfSecret,
  },
  { kind: 'file', schemes: { file: 'file' }, options: {}, takesCredentials: false },
]

/** What a line of the input `endpoint` may begin with. */
export const schemes: readonly string[] = KINDS.flatMap((one) => Object.keys(one.schemes))

export const kindOfScheme = (scheme: string): Kind | undefined =>
  KINDS.find((one) => Object.hasOwn(one.schemes, scheme))

export function kindNamed(kind: string): Kind {
  const known = KINDS.find((one) => one.kind === kind)
  if (known === undefined) throw new Error(`no kind of endpoint is called ${kind}`)
  return known
}
