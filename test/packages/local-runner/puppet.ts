import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type LocalOptions, type LocalRun, runLocally } from '@hardgate/local-runner'

export const repository: string = join(import.meta.dirname, 'fixtures/repository')

/** One thing that the puppet does; see fixtures/README.md. */
export type Act =
  | { readonly print: string }
  | { readonly warn: string }
  | { readonly to: string; readonly text: string }
  | { readonly to: string; readonly repeat: number }
  | { readonly write: string; readonly text: string }
  | { readonly dump: string }
  | { readonly child: 'ignore' | 'inherit' }
  | { readonly stdin: true }
  | { readonly on: string; readonly exit?: number }
  | { readonly wait: number }
  | { readonly exit: number }

export const acts = (...list: readonly Act[]): string => JSON.stringify(list)

/** Runs the action puppet alone. */
export function puppet(list: readonly Act[], options: LocalOptions = {}): Promise<LocalRun> {
  return runLocally('puppet', { root: repository, ...options, with: { do: acts(...list), ...options.with } })
}

export const output = (text: string): Act => ({ to: 'GITHUB_OUTPUT', text })
export const print = (text: string): Act => ({ print: `${text}\n` })

/** The environment that the puppet wrote to `env.json` in the workspace. */
export function environmentOf(
  { workspace }: { readonly workspace: string },
  file = 'env.json',
): Record<string, string> {
  const environment: unknown = JSON.parse(readFileSync(join(workspace, file), 'utf8'))
  if (typeof environment !== 'object' || environment === null) throw new Error(`${file} holds no environment`)
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]))
}

export const dump: Act = { dump: 'env.json' }
