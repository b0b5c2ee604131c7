/** A sum of floats that keeps what each addition rounds away (Neumaier), so the order of millions of values is no matter. */
export class ExactSum {
  #sum = 0
  #lost = 0

  add(value: number): void {
    const sum = this.#sum + value
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum
    this.#sum = sum
  }

  addAll(other: ExactSum): void {
    this.add(other.#sum)
    this.#lost += other.#lost
  }

  get value(): number {
    return this.#sum + this.#lost
  }
}
