/** The module that a go.mod names; undefined where it has no such line. */
export function goModuleName(text: string): string | undefined {
  const line = /^[ \t]*module[ \t]+(?:"([^"\n]+)"|`([^`\n]+)`|([^\s"`]+))[ \t]*(?:\/\/.*)?\r?$/m.exec(text)
  return line?.[1] ?? line?.[2] ?? line?.[3]
}
