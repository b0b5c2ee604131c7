const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})Z?$/
const TIME_OF_DAY = /^\d{2}:\d{2}:\d{2}$/
const DAY_MS = 86_400_000

/**
 * Locust writes UTC: `2026-03-01T12:00:00Z`, in older versions with a blank and no zone, and in their histories the
 * time of day alone, which is the first one from `startMs` on. NaN for anything else.
 */
export function utcMs(text: string, startMs: number = Number.NaN): number {
  const [, day, time] = MOMENT.exec(text) ?? []
  if (day !== undefined && time !== undefined) return Date.parse(`${day}T${time}Z`)
  if (!TIME_OF_DAY.test(text) || Number.isNaN(startMs)) return Number.NaN
  const ofDay = Date.parse(`1970-01-01T${text}Z`)
  const midnight = Math.floor(startMs / DAY_MS) * DAY_MS
  return midnight + ofDay + (midnight + ofDay < startMs ? DAY_MS : 0)
}
