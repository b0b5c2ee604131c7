import type { Scanner } from './events.ts'
import { ScanError } from './scan-error.ts'

/** Ends a scanner. Gives what is missing where the input was cut off; every other error passes through. */
export function endOrCut(scanner: Pick<Scanner, 'end'>): string | undefined {
  try {
    scanner.end()
    return undefined
  } catch (error) {
    if (error instanceof ScanError && error.isTruncated) return error.message
    throw error
  }
}
