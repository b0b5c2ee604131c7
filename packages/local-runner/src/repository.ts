import { existsSync, readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { Refusal } from './refusal.ts'

export interface Places {
  readonly root: string
  readonly workspace: string
  readonly local: Readonly<Record<string, string>>
}

/** The repository that this code belongs to: from its own file upwards, or from the working directory. */
export function findRoot(): string {
  const root = [import.meta.dirname, process.cwd()].flatMap(upwards).find(isRepository)
  if (root === undefined)
    throw new Refusal('No repository of hardgate is above the working directory. Give the option root.')
  return root
}

function upwards(folder: string): string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...upwards(parent)]
}

function isRepository(folder: string): boolean {
  const file = join(folder, 'package.json')
  return existsSync(file) && /"name":\s*"hardgate"/.test(readFileSync(file, 'utf8'))
}

/** Where the action of a step lies. */
export interface ActionPlace {
  readonly folder: string
  /** The repository that `$/` means inside of this action. */
  readonly root: string
  readonly repository?: string
  readonly ref?: string
}

/** What a step's `uses` means; `root` is the repository of the file that holds the step. */
export function resolveUses(uses: string, { root, workspace, local }: Places): ActionPlace {
  if (uses.startsWith('$/')) return { folder: inside(root, uses.slice(2), uses), root }
  if (uses.startsWith('./')) return { folder: inside(workspace, uses.slice(2), uses), root: workspace }
  if (uses.startsWith('docker://')) throw new Refusal(`uses: ${uses} is a docker action, which is not run here.`)
  const [, repository = '', path = '', ref = ''] = /^([^/@]+\/[^/@]+)(?:\/([^@]+))?@(.+)$/.exec(uses) ?? []
  const folder = local[repository]
  if (folder === undefined) {
    throw new Refusal(
      `uses: ${uses} is a remote action, which is not fetched. Give a folder for it in the option local.`,
    )
  }
  return { folder: inside(folder, path, uses), root: resolve(folder), repository, ref }
}

/** What `runLocally` takes besides: a bare name is an action of this repository, and a path may be absolute. */
export function resolveName(uses: string, places: Places): ActionPlace {
  if (isAbsolute(uses)) return { folder: uses, root: places.root }
  if (/^\w[\w.-]*$/.test(uses)) return { folder: join(places.root, 'actions', uses), root: places.root }
  return resolveUses(uses, places)
}

function inside(folder: string, path: string, uses: string): string {
  const target = resolve(folder, path)
  if (target === resolve(folder) || target.startsWith(resolve(folder) + sep)) return target
  throw new Refusal(`uses: ${uses} leaves ${folder}.`)
}
