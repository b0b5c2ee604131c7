import type { Contract } from './contract.ts'

const START = '<!-- contract:start -->'
const END = '<!-- contract:end -->'

/** Replaces what stands between the two markers by the tables of inputs and outputs. */
export function readmeWithTables(readme: string, contract: Contract): string {
  const from = readme.indexOf(START)
  const to = readme.indexOf(END)
  if (from === -1 || to < from)
    throw new Error(`actions/${contract.name}/README.md lacks the markers ${START} and ${END}`)
  return `${readme.slice(0, from)}${START}\n${tables(contract)}${readme.slice(to)}`
}

function tables({ inputs, outputs }: Contract): string {
  const given = [...inputs].map(([name, { description, default: preset, isRequired }]) =>
    row([`\`${name}\``, isRequired ? '**required**' : shownDefault(preset), description]),
  )
  const set = [...outputs].map(([name, description]) => row([`\`${name}\``, description]))
  return `
| input | default | meaning |
| --- | --- | --- |
${given.join('')}
| output | meaning |
| --- | --- |
${set.join('')}
`
}

const shownDefault = (preset: string): string =>
  preset === '' ? '–' : `\`${preset.trim().replaceAll('\n', '`<br>`')}\``
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |\n`
const cell = (text: string): string =>
  text
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/(?<!\\)\|/g, '\\|')
