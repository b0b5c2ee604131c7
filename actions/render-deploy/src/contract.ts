// Written by "npm run generate" from action.yml. Do not edit.
export const contract = {
  name: 'render-deploy',
  inputs: {
    'render-api-key': '',
    'service-id': '',
    start: 'api',
    commit: '',
    'image-url': '',
    'deploy-hook-url': '',
    'clear-cache': 'false',
    timeout: '30m',
    'on-inconclusive': 'fail',
    'render-api-url': 'https://api.render.com/v1',
    summary: 'true',
  },
  outputs: [
    'verdict',
    'reason',
    'verdict-file',
    'deploy-id',
    'status',
    'commit',
    'cause',
  ],
} as const
