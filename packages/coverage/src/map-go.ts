/** The module that a go.mod names; undefined where it has no such line. */
export function goModuleName(_text: string): string | undefined {
  throw new Error('not written yet')
}
