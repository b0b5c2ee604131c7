/** Of the answer of Pushgateway's API: some ten thousand groups. */
export const GROUPS_BYTES_MAX = 32 * 1024 * 1024

/**
 * The value of the one series `metric` of the group with just these labels, from the answer to `GET /api/v1/metrics`.
 * `none`: there is no such group or series. undefined: the answer is not Pushgateway's.
 */
export function valueOfGroup(
  answer: unknown,
  key: readonly (readonly [string, string])[],
  metric: string,
): number | 'none' | undefined {
  const groups = isRecord(answer) ? answer['data'] : undefined
  if (!Array.isArray(groups)) return undefined
  const group: unknown = groups.find((one: unknown) => isRecord(one) && hasLabels(one['labels'], key))
  const family = isRecord(group) ? group[metric] : undefined
  if (family === undefined) return 'none'
  const samples = isRecord(family) ? family['metrics'] : undefined
  const sample: unknown = Array.isArray(samples) ? samples[0] : undefined
  const text = isRecord(sample) ? sample['value'] : undefined
  return typeof text === 'string' && text !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined
}

/** A label without a value is the same as none. */
function hasLabels(labels: unknown, key: readonly (readonly [string, string])[]): boolean {
  if (!isRecord(labels)) return false
  const wanted = new Map(key.filter(([, value]) => value !== ''))
  const there = Object.entries(labels).filter(([, value]) => value !== '')
  return there.length === wanted.size && there.every(([name, value]) => wanted.get(name) === value)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
