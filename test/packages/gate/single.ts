/** The one item of a list that has just one. */
export function single<T>(list: readonly T[]): T {
  const [first] = list
  if (first === undefined || list.length !== 1) throw new Error(`${list.length} items in place of one`)
  return first
}
