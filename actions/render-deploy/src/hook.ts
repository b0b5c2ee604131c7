/** What is wrong with a deploy hook, without a word of it; undefined: nothing. */
export function hookProblem(hook: string, serviceId: string): string | undefined {
  if (!URL.canParse(hook)) return 'is not a URL. Copy it from the settings of the service in the dashboard.'
  const { protocol, hostname, pathname, searchParams } = new URL(hook)
  const isLoopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback)) return 'must begin with https://.'
  if (!pathname.startsWith('/deploy/'))
    return 'is not a deploy hook: its path must be /deploy/ and the id of the service.'
  if (pathname !== `/deploy/${serviceId}`)
    return 'belongs to another service than service-id: that one would be deployed.'
  return searchParams.get('key') ? undefined : 'has no key. Copy it again from the settings of the service.'
}

/** The request that deploys; what the evidence shows of it has no key. */
export function hookRequest(
  hook: string,
  imageUrl: string | undefined,
): { readonly url: string; readonly path: string } {
  const url = new URL(hook)
  // No ref is added: a ref in the hook switches auto-deploy off for good.
  if (imageUrl !== undefined) url.searchParams.set('imgURL', imageUrl)
  return { url: url.href, path: url.pathname }
}
