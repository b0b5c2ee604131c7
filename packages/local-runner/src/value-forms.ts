/**
 * The other forms in which the runner hides a secret: it registers these encoders for every value
 * (actions/runner HostContext.cs and ValueEncoders.cs).
 */
export function valueForms(value: string): string[] {
  const bytes = Buffer.from(value)
  return [
    // A secret may start at any of three places in a group of base64.
    ...[0, 1, 2].map((shift) => (bytes.length > shift ? base64Core(bytes.subarray(shift)) : '')),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(bytes.toString()),
    value
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;'),
    value.replaceAll("'", "''"),
  ]
}

const base64Core = (bytes: Buffer): string => bytes.toString('base64')
