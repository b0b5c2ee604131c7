import { mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, resolve, sep } from 'node:path'
import { UserError } from '@hardgate/action'
import { escapeHtml } from '@hardgate/markdown'
import { type Block, htmlOf } from './page.ts'

// Nothing may be fetched, run or sent, even if some text were to become markup after all.
const POLICY = "default-src 'none'; style-src 'unsafe-inline'"

const STYLE = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th,td{border:1px solid #8886;padding:.25rem .5rem;overflow-wrap:anywhere}
.left{text-align:left}.right{text-align:right}.center{text-align:center}
figure{margin:1rem 0}svg{width:100%;height:auto}summary{cursor:pointer}`

/** A page of its own: it needs no other file and no network. */
export function htmlPage(title: string, sections: readonly (readonly Block[])[]): string {
  const body = sections.map((blocks) => `<section>\n${htmlOf(blocks)}\n</section>`).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`
}

/** Writes it below the workspace: a link that leads out of it is not followed. */
export async function writePage(path: string, html: string, workspace: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true })
    const root = await realpath(workspace)
    const target = await realpath(path).catch(async () => resolve(await realpath(dirname(path)), baseName(path)))
    if (!target.startsWith(root + sep))
      throw new UserError(`html-report: ${path} is a link that leads out of the workspace.`)
    await writeFile(target, html)
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    if (typeof code !== 'string') throw error
    throw new UserError(`html-report: ${path} cannot be written (${code}).`)
  }
}

const baseName = (path: string): string => path.slice(dirname(path).length).replace(/^[\\/]/, '')
