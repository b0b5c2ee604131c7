/** A sum of values from 0 on that keeps what each addition rounds away (Neumaier), in whatever order they come. */
export class ExactSum {
  #sum = 0
  #lost = 0

  add(value: number): void {
    const sum = this.#sum + value
    this.#lost += this.#sum >= value ? this.#sum - sum + value : value - sum + this.#sum
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
