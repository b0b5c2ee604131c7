/** What this runner cannot or must not do, and what the real one would not do either. Its message stands alone. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}
