import { type Refusal, type RefusalName, refusal } from './refused.ts'

/** Enough for every signature. */
export const SIGNATURE_BYTES = 16

/** Files that are no text in any encoding, by their first bytes as they stand in the file. */
export function refusedBinary(start: Uint8Array): Refusal | undefined {
  const text = Buffer.from(start.subarray(0, SIGNATURE_BYTES)).toString('latin1')
  const name = SIGNATURES.find(([, signature]) => text.startsWith(signature))?.[0]
  return name === undefined ? undefined : refusal(name).refused
}

const SIGNATURES: readonly (readonly [RefusalName, string])[] = [
  ['sqlite', 'SQLite format 3\0'],
  ['jacoco-exec', '\x01\xc0\xc0\x10'],
  ['llvm-profile', '\xfflprofi\x81'],
  ['llvm-profile', '\x81rforpl\xff'],
  ['gcda', 'adcg'],
  ['gcda', 'oncg'],
  ['go-covdata', '\0cvm'],
  ['go-covdata', '\0cwm'],
  ['zip', 'PK\x03\x04'],
  ['zip', 'PK\x05\x06'],
  ['gzip', '\x1f\x8b'],
  ['binary', '\x7fELF'],
]
