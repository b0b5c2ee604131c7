/** What is wrong with a base URL of the API; undefined: nothing. The key is sent there, so plain http is for loopback alone. */
export function apiUrlProblem(url: string): string | undefined {
  if (!URL.canParse(url)) return 'is not a URL. Leave it out to use https://api.render.com/v1'
  const { protocol, hostname, username, search, hash } = new URL(url)
  if (username !== '' || search !== '' || hash !== '') return 'may hold no user info, query or fragment'
  if (protocol === 'https:') return undefined
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  return protocol === 'http:' && isLoopback
    ? undefined
    : 'must begin with https:// (http:// for loopback only): the API key is sent there'
}

/** Web services, workers and static sites are `srv-…`, cron jobs `crn-…`. */
export const isServiceId = (id: string): boolean => /^(srv|crn)-[\w-]+$/.test(id)
export const isDeployId = (id: string): boolean => /^dep-[\w-]+$/.test(id)
