/** As vegeta counts: 0 is no answer. */
export function isVegetaFailure(code: number): boolean {
  return !(code >= 200 && code < 400)
}
