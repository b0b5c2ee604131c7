/**
 * Whether a scope of the threshold language covers a name. `*` and `?` stay within one part between slashes, `**` does
 * not, and with a slash after it stands for no part too; all else is literal. Time grows with the product of
 * the lengths and never faster, because names come from foreign reports.
 */
export function isInScope(scope: string, name: string): boolean {
  const tokens = scope.match(/\*\*\/|\*\*|[^]/gu) ?? []
  let open = new Set<number>()
  arrive(open, tokens, 0)
  for (const character of name) {
    const next = new Set<number>()
    for (const at of open) step(next, tokens, at, character)
    open = next
  }
  return open.has(tokens.length)
}

function step(next: Set<number>, tokens: readonly string[], at: number, character: string): void {
  switch (tokens[at]) {
    case undefined:
      return
    case '**/':
      next.add(at)
      if (character === '/') arrive(next, tokens, at + 1)
      return
    case '**':
      arrive(next, tokens, at)
      return
    case '*':
      if (character !== '/') arrive(next, tokens, at)
      return
    case '?':
      if (character !== '/') arrive(next, tokens, at + 1)
      return
    default:
      if (character === tokens[at]) arrive(next, tokens, at + 1)
  }
}

/** A star may stand for nothing, so the place after it is reached too. */
function arrive(open: Set<number>, tokens: readonly string[], at: number): void {
  open.add(at)
  if (tokens[at]?.startsWith('*')) arrive(open, tokens, at + 1)
}
