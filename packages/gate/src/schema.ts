import { KEYWORDS, SILENT } from './schema-keywords.ts'
import { isObject, report, type Schema, type Scope, type Test } from './schema-rule.ts'
import type { Json } from './verdict.ts'

/**
 * Checks values against the part of JSON Schema 2020-12 that our schemas use, without making code at run time. Throws
 * at once where the schema has a keyword that would not be checked.
 */
export function schemaChecker(schema: Schema): (value: unknown) => string[] {
  const test = compiled({ root: schema, known: new Map() }, schema, '#')
  return (value) => {
    const problems: string[] = []
    test(problems, value, '')
    return problems
  }
}

/** What is wrong, each with the JSON pointer of its place; the first hundred. Empty: the value is valid. */
export function checkSchema(schema: Schema, value: unknown): string[] {
  return schemaChecker(schema)(value)
}

interface Document {
  readonly root: Schema
  /** A test for each reference that was met, so that one may lead back to a schema around it. */
  readonly known: Map<string, Test>
}

function compiled(document: Document, schema: Json | undefined, at: string): Test {
  if (schema === true) return () => {}
  if (schema === false) return (problems, _, place) => report(problems, place, 'must not be there')
  if (!isSchema(schema)) throw new Error(`${at} is not a schema`)
  const tests = Object.entries(schema).map(([keyword, argument]) => {
    const scope: Scope = {
      at: `${at}/${keyword}`,
      schema,
      compile: (inner, place) => compiled(document, inner, place),
      refer: (reference) => referred(document, reference),
    }
    const make = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword] : undefined
    if (make !== undefined) return make(argument, scope)
    if (!SILENT.has(keyword)) throw new Error(`${at}: the keyword "${keyword}" is not known`)
    return undefined
  })
  return (problems, value, place) => {
    for (const test of tests) test?.(problems, value, place)
  }
}

function referred(document: Document, reference: string): Test {
  const known = document.known.get(reference)
  if (known !== undefined) return known
  let test: Test | undefined
  const later: Test = (problems, value, place) => test?.(problems, value, place)
  document.known.set(reference, later)
  const target = resolve(document.root, reference)
  refuseLoop(document.root, reference)
  test = compiled(document, target, reference)
  return later
}

/** References that lead to references and back would never come to a value. */
function refuseLoop(root: Schema, reference: string): void {
  const seen = new Set<string>()
  for (let next: Json | undefined = reference; typeof next === 'string'; ) {
    if (seen.has(next)) throw new Error(`${reference} refers to itself`)
    seen.add(next)
    const target = resolve(root, next)
    next = isSchema(target) ? target['$ref'] : undefined
  }
}

/** `#/$defs/x` and the like, within the same document. */
function resolve(root: Schema, reference: string): Json | undefined {
  if (!reference.startsWith('#/')) return undefined
  let target: Json | undefined = root
  for (const part of reference.slice(2).split('/')) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    target = isSchema(target) && Object.hasOwn(target, name) ? target[name] : undefined
  }
  return target
}

function isSchema(schema: Json | undefined): schema is Schema {
  return isObject(schema)
}
