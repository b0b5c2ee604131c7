import { InputProblem, linesOf, type Parser } from './parsers.ts'

export type BaselineSource =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'artifact'; readonly name: string }

export interface GlobOptions {
  readonly canExclude?: boolean
  /** Globs as the users of this input write them. */
  readonly examples: readonly [string, ...string[]]
}

/** Globs of files, one a line. `!` excludes, where an input takes it. */
export function globs({ canExclude = false, examples }: GlobOptions): Parser<readonly string[]> {
  return {
    parse: (raw) => {
      const found = linesOf(raw)
      const problems = found.flatMap((line) => globProblem(line, canExclude))
      if (problems.length > 0) throw new AggregateError(problems)
      if (canExclude && found.every((line) => line.startsWith('!')))
        throw new InputProblem(`only excludes. Write the globs of the report files too, such as ${examples[0]}.`)
      return found
    },
    whenEmpty: [],
    example: `a glob such as ${examples.join(' or ')}`,
  }
}

// far beyond any path; a longer one would cost time to match
const LONGEST_GLOB = 4096

function globProblem(line: string, canExclude: boolean): InputProblem[] {
  if (line.length > LONGEST_GLOB) return [new InputProblem(`has more than ${LONGEST_GLOB} characters.`, line)]
  if (line.startsWith('!') && !canExclude)
    return [new InputProblem('starts with "!". Write a plain glob: include and exclude are two inputs.', line)]
  if (line === '!') return [new InputProblem('excludes nothing. Write a glob behind it.', line)]
  return []
}

// What an artifact may not be called (actions/toolkit, path-and-artifact-name-validation)
const NOT_IN_NAMES = /["<>|*?:\\/\r\n]/

/** The path of a verdict file, or `artifact:NAME`. `example` is a name. */
export function baselineSource(example: string): Parser<BaselineSource | undefined> {
  return {
    parse: (raw) => {
      if (!raw.startsWith('artifact:')) return { kind: 'file', path: raw }
      const name = raw.slice('artifact:'.length).trim()
      if (name === '' || NOT_IN_NAMES.test(name))
        throw new InputProblem(`names no artifact. Write artifact:NAME, such as artifact:${example}.`)
      return { kind: 'artifact', name }
    },
    whenEmpty: undefined,
  }
}
