import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runLocally } from '@hardgate/local-runner'
import type { Tools } from './tools.ts'

/** One question, put to another tool and to our bundle. What is true is known: each program is written for it. */
export interface Case {
  readonly what: string
  readonly peer: string
  readonly truth: string
  /** `folder` is empty, and the workspace of both. */
  readonly ask: (folder: string, tools: Tools) => Promise<Answers>
}

export interface Answers {
  readonly theirs: string
  readonly ours: string
  /** The exit status says green, though the truth is that it does not hold. */
  readonly isFalseGreen: boolean
}

export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

const CHOSEN = { 'min-lines': 'off', 'min-branches': 'off', summary: 'false' }

/** The bundle on the same files: its verdict and reason, or its input error. */
export async function ours(
  folder: string,
  inputs: Readonly<Record<string, string>>,
): Promise<Pick<Answers, 'ours' | 'isFalseGreen'>> {
  const { exitCode, outputs, annotations } = await runLocally('coverage-gate', {
    workspace: folder,
    env: { GITHUB_WORKSPACE: folder },
    with: { ...CHOSEN, ...inputs },
  })
  const verdict = outputs['verdict'] ?? ''
  const reason = verdict === '' ? (annotations[0]?.message ?? '') : (outputs['reason'] ?? '')
  return { ours: `${verdict === '' ? 'input error' : verdict}: ${reason}`, isFalseGreen: exitCode === 0 }
}

export function exitOf({ status }: { status: number | null }): string {
  return status === 0 ? 'green (exit 0)' : `red (exit ${status})`
}
