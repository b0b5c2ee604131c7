import { InputProblem, linesOf, type Parser } from '@hardgate/action'
import { everyLine } from './line-problems.ts'

/** Lines `host:port:address`, as `host:port` to address. */
export function resolveLines(): Parser<ReadonlyMap<string, string>> {
  return { parse: (raw) => new Map(everyLine(linesOf(raw), readLine)), whenEmpty: new Map() }
}

function readLine(line: string): readonly [string, string] {
  const [, host, port, address] = /^([^:\s]+|\[[0-9a-f:]+\]):(\d{1,5}):\[?([^[\]\s]+?)\]?$/i.exec(line) ?? []
  if (host === undefined || port === undefined || address === undefined || Number(port) > 65_535) {
    throw new InputProblem('is not host:port:address. Write one such as api.example.com:443:203.0.113.7.', line)
  }
  const isAddress =
    /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) || (/^[0-9a-f:.]+$/i.test(address) && address.includes(':'))
  if (!isAddress) throw new InputProblem('ends in no IP address. Write the address to connect to, not a name.', line)
  return [`${host.toLowerCase()}:${Number(port)}`, address]
}
