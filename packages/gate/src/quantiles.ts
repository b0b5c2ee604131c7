/** Of the standard normal distribution, for a probability from one half to 1 - 1e-9. Its error is below 1e-9. */
export function normalQuantile(probability: number): number {
  return quantile(NORMAL, probability)
}

/** Of Student's t with a whole number of degrees of freedom, 1 or more, for the same probabilities. */
export function studentQuantile(probability: number, degrees: number): number {
  if (!Number.isSafeInteger(degrees) || degrees < 1) throw new Error(`${degrees} is no number of degrees of freedom`)
  return quantile(student(degrees), probability)
}

interface Distribution {
  /** The probability from 0 to x, for x of 0 or more. */
  readonly fromZero: (x: number) => number
  readonly density: (x: number) => number
}

/**
 * Newton's rule from 0. Right of 0 both distribution functions are concave, so no step goes beyond the answer: the
 * steps grow towards it, and rounding alone makes the last one stand still or turn.
 */
function quantile({ fromZero, density }: Distribution, probability: number): number {
  if (!(probability >= 0.5 && probability <= LARGEST))
    throw new Error(`${probability} is no probability for a quantile`)
  const wanted = probability - 0.5
  let x = 0
  for (let next = wanted / density(0); next > x; next = x + (wanted - fromZero(x)) / density(x)) x = next
  return x
}

const LARGEST = 1 - 1e-9

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.11: all terms are positive, so none cancel. */
const NORMAL: Distribution = {
  density: (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI),
  fromZero: (x) => {
    let term = x
    let sum = x
    for (let odd = 3; term > sum * Number.EPSILON; odd += 2) {
      term *= (x * x) / odd
      sum += term
    }
    return NORMAL.density(x) * sum
  },
}

/** Abramowitz and Stegun 26.7.3 for odd and 26.7.4 for even degrees: finite sums of positive terms. */
function student(degrees: number): Distribution {
  const scale = densityAtZero(degrees)
  return {
    density: (x) => scale * Math.exp((-(degrees + 1) / 2) * Math.log1p((x * x) / degrees)),
    fromZero: (x) => {
      const angle = Math.atan(x / Math.sqrt(degrees))
      const sum = Math.sin(angle) * cosineSum(Math.cos(angle), degrees)
      return degrees % 2 === 0 ? sum / 2 : (angle + sum) / Math.PI
    },
  }
}

/** Even: 1 + 1/2 c^2 + (1·3)/(2·4) c^4 + …; odd: c + 2/3 c^3 + (2·4)/(3·5) c^5 + …; the last power is degrees - 2. */
function cosineSum(cosine: number, degrees: number): number {
  let power = degrees % 2
  let term = power === 0 ? 1 : cosine
  let sum = 0
  for (; power <= degrees - 2; power += 2) {
    sum += term
    term *= ((power + 1) / (power + 2)) * cosine * cosine
  }
  return sum
}

/** Γ((d+1)/2) / (√(dπ) Γ(d/2)), where the quotient of the gammas grows by (d+1)/d for every two degrees. */
function densityAtZero(degrees: number): number {
  let gammas = degrees % 2 === 0 ? Math.sqrt(Math.PI) / 2 : 1 / Math.sqrt(Math.PI)
  for (let reached = degrees % 2 === 0 ? 2 : 1; reached < degrees; reached += 2) gammas *= (reached + 1) / reached
  return gammas / Math.sqrt(degrees * Math.PI)
}
