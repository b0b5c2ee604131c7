import type { JSONValue } from 'json-p3'
import { ExpectationError } from './judgement.ts'

/** A compiled RFC 9535 path. */
export interface JsonPath {
  readonly text: string
  /** Every value that the path selects; undefined where the document is nested too deep to search. */
  readonly select: (document: unknown) => readonly unknown[] | undefined
}

/** Throws an ExpectationError that says where the path is malformed. */
export type CompilePath = (text: string) => JsonPath

/** Loads the library, which costs a start 7 ms: so only where a path is given. */
export async function loadJsonPath(): Promise<CompilePath> {
  const { compile, JSONPathError } = await import('json-p3')
  return (text) => {
    try {
      const query = compile(text)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- from JSON; a bigint is a leaf like any other to the library
      return { text, select: (document) => trySelect(() => query.query(document as JSONValue).values()) }
    } catch (error) {
      if (!(error instanceof JSONPathError)) throw error
      const { message, token } = error
      // its messages end in an excerpt and a position, such as "unclosed bracketed selection ('.checks[*':10)"
      const problem = message.replace(/ \('[^]*':\d+\)$/, '')
      throw new ExpectationError(text, `is not a JSONPath: ${problem} at position ${token.index + 1}`)
    }
  }
}

function trySelect(select: () => unknown[]): unknown[] | undefined {
  try {
    return select()
  } catch {
    return undefined // the library's limit on recursion, or the stack's
  }
}
