// Written by "npm run generate" from action.yml. Do not edit.
export const contract = {
  name: 'verdict-comment',
  inputs: {
    artifact: '',
    verdicts: '**/*.json',
    'github-token': '',
    summary: 'true',
  },
  outputs: [
    'reason',
    'result',
    'pull-request',
  ],
} as const
