// looked up once: a test's globals belong to a context of their own, where every look-up costs more than the sine
const { cos, imul, log, PI, sin, sqrt } = Math

/** Standard normal numbers (Box and Muller over mulberry32), for simulations of millions. */
export function gaussian(seed: number): () => number {
  let state = seed
  // never 0, of which there is no logarithm
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return (((mixed ^ (mixed >>> 14)) >>> 0) + 0.5) / 4_294_967_296
  }
  let spare: number | undefined
  return () => {
    if (spare !== undefined) {
      const next = spare
      spare = undefined
      return next
    }
    const radius = sqrt(-2 * log(uniform()))
    const angle = 2 * PI * uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
