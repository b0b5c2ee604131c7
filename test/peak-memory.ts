import { readFileSync } from 'node:fs'

/**
 * The most memory that this process ever held, in MiB. Linux starts `maxRSS` of a child with what its parent held before
 * exec, so a large test process would spoil it; VmHWM begins anew.
 */
export function peakMegabytes(): number {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]
    if (peak !== undefined) return Number(peak) / 1024
  } catch {
    // not on this system
  }
  return process.resourceUsage().maxRSS / 1024
}
