// Imports point down only: a package may import those above it in this list, an action any product package, no action another.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

// lowest first; beside each other on one line: neither may import the other
const LAYERS: readonly (readonly string[])[] = [
  ['net-shim'],
  ['scan'],
  ['gate'],
  ['markdown'],
  ['http'],
  ['coverage', 'load', 'tests', 'findings'],
  ['probe'],
  ['health'],
  ['render'],
  ['process'],
  ['sarif'],
  ['tools'],
  ['github'],
  ['action'],
  ['local-runner'],
  ['fakes'],
]
/** For tests, the demo and the command line: no bundle of an action may hold them. */
const NOT_IN_ACTIONS = new Set(['local-runner', 'fakes'])

const rankOf = (name: string): number => LAYERS.findIndex((layer) => layer.includes(name))

export interface SourceFile {
  /** Relative to the repository, with `/`. */
  readonly path: string
  readonly source: string
}

/** One line a violation. */
export function layerProblems(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, source }) => importsOf(source).flatMap((target) => problemsOf(path, target)))
}

export function sourceFiles(root: string): SourceFile[] {
  return ['packages', 'actions'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !path.includes('node_modules'))
      .map((path) => ({ path: relative(root, path).replaceAll('\\', '/'), source: readFileSync(path, 'utf8') })),
  )
}

function importsOf(source: string): string[] {
  const found = source.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)
  return [...found].map(([, target = '']) => target)
}

function problemsOf(path: string, target: string): string[] {
  const [kind, owner = ''] = path.split('/')
  if (target.startsWith('.'))
    return leavesItsFolder(path, target) ? [`${path}: "${target}" leaves ${kind}/${owner}`] : []
  const [, name, rest] = /^@hardgate\/([^/]+)(\/.*)?$/.exec(target) ?? []
  if (name === undefined) return []
  if (rest !== undefined) return [`${path}: "${target}" reaches into a package: import from "@hardgate/${name}"`]
  if (rankOf(name) === -1) return [`${path}: "${target}" is no package that may be imported`]
  if (kind === 'actions') {
    return NOT_IN_ACTIONS.has(name) ? [`${path}: "${target}" is for tests, no action may import it`] : []
  }
  return rankOf(name) < rankOf(owner) ? [] : [`${path}: "${target}" is not below ${owner}`]
}

function leavesItsFolder(path: string, target: string): boolean {
  const depth = path.split('/').length - 3 // below packages/<name>/
  const ups = target.split('/').filter((part) => part === '..').length
  return ups > depth
}
