/** A fault that the user can mend: one clear message, no stack, exit 1. */
export class UserError extends Error {}
