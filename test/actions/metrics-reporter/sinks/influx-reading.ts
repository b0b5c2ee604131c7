import { ask, askJson } from '../servers/ask.ts'

let count = 0

/** A database of its own for a test; its name. */
export async function newInfluxDb(url: string, how = ''): Promise<string> {
  count += 1
  const name = `db${count}`
  const query = encodeURIComponent(`CREATE DATABASE ${name} ${how}`)
  const { status, text } = await ask(`${url}/query?q=${query}`, { method: 'POST' })
  if (status !== 200 || text.includes('error')) throw new Error(text)
  return name
}

interface Answer {
  readonly results: readonly { readonly series?: readonly Series[]; readonly error?: string }[]
}

interface Series {
  readonly columns: readonly string[]
  readonly values: readonly (readonly unknown[])[]
}

/** The rows of a query, each with what it has a value for. */
export async function rowsOf(url: string, db: string, query: string): Promise<Record<string, unknown>[]> {
  const answer: Answer = JSON.parse(
    JSON.stringify(await askJson(`${url}/query?db=${db}&q=${encodeURIComponent(query)}`)),
  )
  const [result] = answer.results
  if (result?.error !== undefined) throw new Error(result.error)
  return (result?.series ?? []).flatMap(({ columns, values }) =>
    values.map((row) => {
      const cells = columns.map((column, index) => [column, row[index]] as const)
      return Object.fromEntries(cells.filter(([, value]) => value !== null && value !== ''))
    }),
  )
}
