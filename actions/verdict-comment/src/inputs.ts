import { boolean, defineInputs, lines, required, secret, type Values } from '@hardgate/action'
import { contract } from './contract.ts'

const MOST_ARTIFACTS = 10

export const inputs = defineInputs(
  contract,
  {
    artifact: required(lines()),
    verdicts: lines(),
    'github-token': required(secret()),
    summary: boolean(),
  },
  {
    check: [
      ({ artifact }) =>
        artifact.length > MOST_ARTIFACTS
          ? [`artifact names ${artifact.length} artifacts, and ${MOST_ARTIFACTS} are read at most.`]
          : [],
      ({ verdicts }) =>
        verdicts.filter((glob) => glob.startsWith('!')).map((glob) => `verdicts: "${glob}" excludes, which it cannot.`),
    ],
  },
)
export type Inputs = Values<typeof inputs>
