import { InputProblem } from '@hardgate/action'
import { ExpectationError } from '@hardgate/health'

/** The problem of a malformed line as one of the input. */
export function told<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof ExpectationError) throw new InputProblem(`${error.problem}.`, error.part)
    throw error
  }
}

/** Every line read, or all problems of all lines together. */
export function everyLine<T>(lines: readonly string[], read: (line: string) => T): readonly T[] {
  const values: T[] = []
  const problems: InputProblem[] = []
  for (const line of lines) {
    try {
      values.push(told(() => read(line)))
    } catch (error) {
      if (!(error instanceof InputProblem)) throw error
      problems.push(error)
    }
  }
  if (problems.length > 0) throw new AggregateError(problems)
  return values
}
