import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Case, ours, write } from './case.ts'

interface LcovParseFile {
  readonly branches: { readonly found: number; readonly hit: number }
}

const NO_BRF = 'TN:\nSF:a.c\nDA:1,1\nDA:2,1\nBRDA:1,0,0,1\nBRDA:1,0,1,0\nLF:2\nLH:2\nend_of_record\n'

export const reading: readonly Case[] = [
  {
    what: 'LCOV without BRF, branches against 70 %',
    peer: 'lcov-parse 1.0.0',
    truth: '1 of 2: red',
    ask: async (folder, { modules }) => {
      write(folder, { 'a.c': 'x;\ny;\n', 'a.info': NO_BRF })
      const parse = createRequire(import.meta.url)(join(modules('nyc'), 'lcov-parse'))
      const [file] = await new Promise<LcovParseFile[]>((resolve, reject) => {
        const done = (error: string | null, data: LcovParseFile[]): void =>
          error === null ? resolve(data) : reject(new Error(error))
        parse(join(folder, 'a.info'), done)
      })
      return {
        theirs: `${file?.branches.hit} of ${file?.branches.found} branches: nothing to check`,
        ...(await ours(folder, { reports: 'a.info', 'min-branches': '70' })),
      }
    },
  },
  {
    what: 'an LCOV that is cut off before its last file, against 60 %',
    peer: 'lcov --summary',
    truth: '14 of 24 lines before it was cut: red',
    ask: async (folder, { run }) => {
      const whole = readFileSync(join(import.meta.dirname, '../../test/fixtures/coverage/lcov/reports/added.info'))
      write(folder, { 'cut.info': whole.subarray(0, 2000).toString() })
      const cpp = join(import.meta.dirname, '../../test/fixtures/coverage/programs/cpp')
      for (const name of ['invoice.cpp', 'invoice.hpp', 'unloaded.cpp'])
        write(folder, { [name]: readFileSync(join(cpp, name), 'utf8') })
      const summary = run(folder, 'lcov', '--summary', 'cut.info')
      const shown = /lines\.*: (.*)/.exec(summary.output)?.[1] ?? 'lcov is not installed'
      return { theirs: shown, ...(await ours(folder, { reports: 'cut.info', 'min-lines': '60' })) }
    },
  },
]
