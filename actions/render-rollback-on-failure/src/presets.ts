/** Until a run has ended well, somebody has to look at it. `notified` stays empty: it did not get that far. */
export const presets = { 'rolled-back': 'false', 'human-needed': 'true', frozen: 'false', method: 'none' }
