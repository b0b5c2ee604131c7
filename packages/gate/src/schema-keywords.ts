import { below, isArray, isNumber, isObject, isString, report, rule, type Scope, type Test } from './schema-rule.ts'
import type { Json } from './verdict.ts'

/** They say something to people, or are read by the keyword beside them. */
export const SILENT: ReadonlySet<string> = new Set(['$schema', '$id', 'title', 'description'])

/** Each checks its argument once and gives the test for values. */
export const KEYWORDS: Readonly<Record<string, (argument: Json, scope: Scope) => Test>> = {
  type: (argument, scope) => {
    const name = text(argument, scope)
    const is = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
    if (is === undefined) throw fault(scope, 'names no type')
    return (problems, value, at) => (is(value) ? undefined : report(problems, at, `must be of type ${name}`))
  },
  const: (argument, scope) => oneOf([argument], scope),
  enum: (argument, scope) => oneOf(list(argument, scope), scope),
  pattern: (argument, scope) => {
    const source = text(argument, scope)
    const pattern = new RegExp(source, 'u')
    return rule(isString, (value) => pattern.test(value), `must match ${source}`)
  },
  minLength: (argument, scope) => {
    const least = whole(argument, scope)
    return rule(isString, (value) => characters(value) >= least, `must have ${least} characters or more`)
  },
  maxLength: (argument, scope) => {
    const most = whole(argument, scope)
    return rule(isString, (value) => characters(value) <= most, `must have ${most} characters at most`)
  },
  minimum: (argument, scope) => {
    const least = number(argument, scope)
    return rule(isNumber, (value) => value >= least, `must be ${least} or more`)
  },
  maximum: (argument, scope) => {
    const most = number(argument, scope)
    return rule(isNumber, (value) => value <= most, `must be ${most} at most`)
  },
  minItems: (argument, scope) => {
    const least = whole(argument, scope)
    return rule(isArray, (value) => value.length >= least, `must have ${least} items or more`)
  },
  maxItems: (argument, scope) => {
    const most = whole(argument, scope)
    return rule(isArray, (value) => value.length <= most, `must have ${most} items at most`)
  },
  minProperties: (argument, scope) => {
    const least = whole(argument, scope)
    return rule(isObject, (value) => Object.keys(value).length >= least, `must have ${least} properties or more`)
  },
  maxProperties: (argument, scope) => {
    const most = whole(argument, scope)
    return rule(isObject, (value) => Object.keys(value).length <= most, `must have ${most} properties at most`)
  },
  required: (argument, scope) => {
    const names = list(argument, scope).map((name) => text(name, scope))
    return (problems, value, at) => {
      if (!isObject(value)) return
      for (const name of names) if (!Object.hasOwn(value, name)) report(problems, at, `must have "${name}"`)
    }
  },
  items: (argument, scope) => {
    const test = scope.compile(argument, scope.at)
    return (problems, value, at) => {
      if (isArray(value)) for (const [index, item] of value.entries()) test(problems, item, `${at}/${index}`)
    }
  },
  properties: (argument, scope) => {
    const tests = Object.entries(compileEach(argument, scope))
    return (problems, value, at) => {
      if (!isObject(value)) return
      for (const [name, test] of tests) {
        if (Object.hasOwn(value, name)) test(problems, value[name], below(at, name))
      }
    }
  },
  additionalProperties: (argument, scope) => {
    const test = scope.compile(argument, scope.at)
    const known = new Set(Object.keys(isObject(scope.schema['properties']) ? scope.schema['properties'] : {}))
    return (problems, value, at) => {
      if (!isObject(value)) return
      for (const name of Object.keys(value)) if (!known.has(name)) test(problems, value[name], below(at, name))
    }
  },
  propertyNames: (argument, scope) => {
    const test = scope.compile(argument, scope.at)
    return (problems, value, at) => {
      if (isObject(value)) for (const name of Object.keys(value)) test(problems, name, below(at, name))
    }
  },
  if: (argument, scope) => {
    const condition = scope.compile(argument, scope.at)
    const holds = scope.compile(scope.schema['then'] ?? true, `${scope.at}/then`)
    const fails = scope.compile(scope.schema['else'] ?? true, `${scope.at}/else`)
    return (problems, value, at) => {
      const trial: string[] = []
      condition(trial, value, at)
      const next = trial.length === 0 ? holds : fails
      next(problems, value, at)
    }
  },
  // read by `if`, which must be there: alone they would look like a check and be none
  then: besideIf,
  else: besideIf,
  $ref: (argument, scope) => scope.refer(text(argument, scope)),
  $defs: (argument, scope) => {
    compileEach(argument, scope)
    return () => {}
  },
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: isArray,
  string: isString,
  number: Number.isFinite,
  integer: Number.isInteger,
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
}

function oneOf(allowed: readonly Json[], scope: Scope): Test {
  if (allowed.length === 0 || allowed.some((one) => one !== null && typeof one === 'object')) {
    throw fault(scope, 'must have scalars only')
  }
  const shown = allowed.map((one) => JSON.stringify(one)).join(', ')
  const problem = allowed.length === 1 ? `must be ${shown}` : `must be one of ${shown}`
  return (problems, value, at) => (allowed.some((one) => one === value) ? undefined : report(problems, at, problem))
}

function besideIf(_: Json, scope: Scope): Test {
  if (scope.schema['if'] === undefined) throw fault(scope, 'has no "if" beside it')
  return () => {}
}

function compileEach(argument: Json, scope: Scope): Record<string, Test> {
  if (!isObject(argument)) throw fault(scope, 'is not an object of schemas')
  const entries = Object.entries(argument)
  return Object.fromEntries(entries.map(([name, schema]) => [name, scope.compile(schema, below(scope.at, name))]))
}

/** In characters, as JSON Schema counts. */
function characters(value: string): number {
  let count = 0
  for (const _ of value) count++
  return count
}

function text(argument: Json, scope: Scope): string {
  if (typeof argument !== 'string') throw fault(scope, 'must be text')
  return argument
}

function number(argument: Json, scope: Scope): number {
  if (typeof argument !== 'number') throw fault(scope, 'must be a number')
  return argument
}

function whole(argument: Json, scope: Scope): number {
  const value = number(argument, scope)
  if (!Number.isSafeInteger(value) || value < 0) throw fault(scope, 'must be a whole number')
  return value
}

function list(argument: Json, scope: Scope): readonly Json[] {
  if (!Array.isArray(argument)) throw fault(scope, 'must be a list')
  return argument
}

function fault({ at }: Scope, problem: string): Error {
  return new Error(`${at} ${problem}`)
}
