/** A line number above it comes from no source file and would only reserve memory. */
export const MOST_LINES = 10_000_000

/** Hit counts stay there: above it they no longer count by ones. */
export function hitsWithin(value: number): number {
  return Math.min(value, Number.MAX_SAFE_INTEGER)
}

/** Quoted, so that its end can be seen, and cut. */
export function quoted(text: string): string {
  return text.length > 80 ? `${JSON.stringify(text.slice(0, 80))} and so on` : JSON.stringify(text)
}
