/** A reason not to go on, and the one thing to do about it. It is told without a stack. */
export class Refusal extends Error {
  constructor(what: string, next: string) {
    super(`${what}\n→ ${next}`)
    this.name = 'Refusal'
  }
}
