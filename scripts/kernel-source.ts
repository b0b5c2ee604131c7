import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Compiler {
  /** Of the program `asc`. */
  main(
    args: readonly string[],
    files: {
      readonly readFile: (name: string) => string | null
      readonly writeFile: (name: string, content: Uint8Array | string) => void
      readonly listFiles: () => readonly string[]
    },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>
}

const source = join(import.meta.dirname, '../packages/scan/kernel/delimited.as')
const OPTIONS = ['--runtime', 'stub', '--noAssert', '--enable', 'simd', '-O3', '--converge']
/** 64 KiB each: it never grows. */
const PAGES = '48'
const COLUMNS = 110

/** The text of packages/scan/src/delimited-kernel-bytes.ts. `compiler`: where AssemblyScript is. */
export async function kernelSource(compiler = 'assemblyscript/asc'): Promise<string> {
  const asc: Compiler = await import(compiler)
  const memory = ['--initialMemory', PAGES, '--maximumMemory', PAGES]
  let bytes: Uint8Array | undefined
  const { error, stderr } = await asc.main(['delimited.ts', '--outFile', 'kernel.wasm', ...OPTIONS, ...memory], {
    readFile: (name) => (name === 'delimited.ts' ? readFileSync(source, 'utf8') : null),
    writeFile: (_, content) => {
      if (typeof content !== 'string') bytes = content
    },
    listFiles: () => [],
  })
  if (error !== null || bytes === undefined) throw new Error(`the kernel does not compile: ${stderr.toString()}`)
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(new RegExp(`.{1,${COLUMNS}}`, 'g')) ?? []
  return `${heading()}/** A WebAssembly module, in base64. */\nexport const KERNEL: string = \`\n${lines.join('\n')}\n\`\n`
}

/** Tells which source the bytes are of, so that a change of it is seen without compiling it. */
export function heading(): string {
  const sha256 = createHash('sha256').update(readFileSync(source)).digest('hex')
  return `// Written by scripts/kernel-source.ts from packages/scan/kernel/delimited.as, which has the SHA-256\n// ${sha256}\n\n`
}

if (process.argv[1] === import.meta.filename) process.stdout.write(await kernelSource(process.argv[2]))
