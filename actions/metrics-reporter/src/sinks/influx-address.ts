/** Where lines are written: of InfluxDB 2 with `bucket` and `org`, of InfluxDB 1 with `db`, or the whole URL as it is. */
export function writeUrl(target: string, { bucket, org, db }: Readonly<Record<string, string>>): string {
  const url = new URL(target)
  const base = url.pathname.replace(/\/+$/, '')
  if (bucket !== undefined && org !== undefined) return asked(url, `${base}/api/v2/write`, { org, bucket })
  if (db !== undefined) return asked(url, `${base}/write`, { db })
  return target
}

function asked(url: URL, path: string, query: Readonly<Record<string, string>>): string {
  url.pathname = path
  for (const [name, value] of Object.entries({ ...query, precision: 'ns' })) url.searchParams.set(name, value)
  return url.href
}

/** For people: a whole URL may hold `u=…&p=…`, so without its query. */
export function shownUrl(url: string): string {
  const { origin, pathname, searchParams } = new URL(url)
  const shown = ['org', 'bucket', 'db'].flatMap((name) => {
    const value = searchParams.get(name)
    return value === null ? [] : [`${name}=${value}`]
  })
  return `${origin}${pathname}${shown.length === 0 ? '' : `?${shown.join('&')}`}`
}
