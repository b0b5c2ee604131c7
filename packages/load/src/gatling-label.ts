/** As Gatling's own report writes a request within groups. */
export function gatlingLabel(groups: readonly string[], name: string): string {
  return [...groups, name].join(' / ')
}
