export const GATE = 'perf-threshold-gate'
