import { lstat, mkdir, realpath, writeFile } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
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

/** Writes it below the workspace, and follows no link that leads out of it. Gives why it could not. */
export async function writePage(path: string, html: string, workspace: string): Promise<string | undefined> {
  try {
    if (await leadsOut(path, await realpath(workspace)))
      return `html-report: ${path} is a link that leads out of the workspace, so no page was written.`
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, html)
    return undefined
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined
    if (typeof code !== 'string') throw error
    return `html-report: ${path} cannot be written (${code}).`
  }
}

/** The deepest folder that is there decides where all below it will lie; a link in place of the file is never followed. */
async function leadsOut(path: string, root: string): Promise<boolean> {
  const isLink = await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  )
  const folder = await deepestFolder(dirname(path))
  return isLink || (folder !== root && !folder.startsWith(root + sep))
}

async function deepestFolder(folder: string): Promise<string> {
  try {
    return await realpath(folder)
  } catch {
    const above = dirname(folder)
    return above === folder ? folder : deepestFolder(above)
  }
}
