// What programs need to run at all. Tokens, and all else that a workflow puts into the environment, stay behind.
const NEEDED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'TZ',
  'LANG',
  'LC_ALL',
  'LC_CTYPE',
  'XDG_CONFIG_HOME',
  // Windows
  'SYSTEMROOT',
  'WINDIR',
  'SYSTEMDRIVE',
  'COMSPEC',
  'PATHEXT',
  'USERPROFILE',
  'HOMEDRIVE',
  'HOMEPATH',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
] as const

/** What a child needs of `env`, and the names beside it that it is to have. Names in any case, as on Windows. */
export function chosenEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  extraNames: readonly string[] = [],
): Record<string, string> {
  const wanted = new Set([...NEEDED, ...extraNames.map((name) => name.toUpperCase())])
  const chosen: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && wanted.has(name.toUpperCase())) chosen[name] = value
  }
  return chosen
}
