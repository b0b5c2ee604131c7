import type { Json } from './verdict.ts'

export interface Schema {
  readonly [keyword: string]: Json
}

/** Adds what is wrong with the value at this JSON pointer. */
export type Test = (problems: string[], value: unknown, at: string) => void

/** Where a keyword stands, and what it may ask of the schema around it. */
export interface Scope {
  readonly at: string
  readonly schema: Schema
  readonly compile: (schema: Json | undefined, at: string) => Test
  readonly refer: (reference: string) => Test
}

// a foreign document must not turn one mistake into a million lines
const MOST_PROBLEMS = 100

export function report(problems: string[], at: string, problem: string): void {
  if (problems.length < MOST_PROBLEMS) problems.push(`${at === '' ? '/' : at}: ${problem}`)
}

/** A test of values of one type; JSON Schema lets all others pass. */
export function rule<T>(is: (value: unknown) => value is T, holds: (value: T) => boolean, problem: string): Test {
  return (problems, value, at) => {
    if (is(value) && !holds(value)) report(problems, at, problem)
  }
}

export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

export function isString(value: unknown): value is string {
  return typeof value === 'string'
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

/** The pointer to a property. */
export function below(at: string, name: string): string {
  return `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
