import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Coverage, unwritableInLcov, unwritableInXml, writeCobertura, writeLcov } from '@hardgate/coverage'
import type { Verdict } from '@hardgate/gate'

const MOST_USES_IN_A_JOB = 1000

/** A fresh folder of this use of the gate; undefined: the runner has no folder for temporary files. */
export async function makeWorkFolder(runnerTemp: string | undefined, name: string): Promise<string | undefined> {
  if (runnerTemp === undefined || runnerTemp === '') return undefined
  const parent = join(runnerTemp, 'hardgate')
  await mkdir(parent, { recursive: true })
  for (let use = 1; use <= MOST_USES_IN_A_JOB; use++) {
    const folder = join(parent, use === 1 ? name : `${name}-${use}`)
    try {
      await mkdir(folder)
      return folder
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
  throw new Error(`${parent} holds ${MOST_USES_IN_A_JOB} folders of ${name}`)
}

export interface MergedReports {
  readonly lcov?: { readonly path: string; readonly name: string; readonly sha256: string }
  readonly cobertura?: string
  /** Files that the format has no name for. */
  readonly leftOut: readonly string[]
}

export interface MergedPlan {
  readonly folder: string
  readonly formats: 'lcov' | 'cobertura' | 'both' | 'off'
  readonly nowMs: number
  readonly signal: AbortSignal
}

const LCOV_NAME = 'merged.info'

/** Writes the merged measurement, file by file and never as a whole in memory. */
export async function writeMerged(
  coverage: Coverage,
  { folder, formats, nowMs, signal }: MergedPlan,
): Promise<MergedReports> {
  const wantsLcov = formats === 'lcov' || formats === 'both'
  const wantsXml = formats === 'cobertura' || formats === 'both'
  const lcovPath = join(folder, LCOV_NAME)
  const xmlPath = join(folder, 'merged.xml')
  const sha256 = wantsLcov ? await writeParts(lcovPath, writeLcov(coverage), signal) : ''
  if (wantsXml) await writeParts(xmlPath, writeCobertura(coverage, { timestampMs: nowMs }), signal)
  return {
    ...(wantsLcov ? { lcov: { path: lcovPath, name: LCOV_NAME, sha256 } } : {}),
    ...(wantsXml ? { cobertura: xmlPath } : {}),
    leftOut: [...coverage.keys()].filter(
      (path) => (wantsLcov && unwritableInLcov(path)) || (wantsXml && unwritableInXml(path)),
    ),
  }
}

/** Gives the SHA-256 of what was written. */
async function writeParts(path: string, parts: Iterable<string>, signal: AbortSignal): Promise<string> {
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
  function* hashed(): Generator<Buffer> {
    for (const part of parts) {
      const bytes = Buffer.from(part)
      hash.update(bytes)
      yield bytes
    }
  }
  await pipeline(Readable.from(hashed(), { objectMode: false }), createWriteStream(path), { signal })
  return hash.digest('hex')
}

/** The verdict beside the merged report: what a later run needs of this one. */
export async function writeBaselineVerdict(folder: string, verdict: Verdict): Promise<void> {
  await writeFile(join(folder, `${verdict.gate}.json`), `${JSON.stringify(verdict, undefined, 2)}\n`)
}
