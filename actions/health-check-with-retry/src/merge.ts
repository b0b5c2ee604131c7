import { redactUrl } from '@hardgate/http'
import type { Entries, Entry } from './checks-input.ts'
import { type Settings, settings } from './settings.ts'
import { absoluteUrl, namesOf, type Place } from './targets.ts'

/** The inputs that say what is asked. An entry of `checks` may override any of the settings. */
export interface CheckInputs extends Settings {
  readonly url: readonly Place[]
  readonly 'base-url': string | undefined
  readonly checks: Entries
}

/** All checks in the order given, the lines of `url` first. */
export function allEntries({ url, checks }: Pick<CheckInputs, 'url' | 'checks'>): readonly Entry[] {
  return [...url.map(entryOfLine), ...checks.entries]
}

function entryOfLine(place: Place): Entry {
  return {
    ...place,
    where: `url, ${place.name ?? redactUrl(place.at)}`,
    isAdvisory: false,
    method: 'GET',
    expectHeader: [],
    settings: {},
  }
}

/** One setting of one entry: its own, else that of the input. Reads the input only where it is needed. */
export function settingOf<Name extends keyof Settings>(entry: Entry, name: Name, inputs: Settings): Settings[Name] {
  const own: Partial<Settings> = entry.settings
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an own value may be undefined, and counts as one
  return Object.hasOwn(own, name) ? (own[name] as Settings[Name]) : inputs[name]
}

export interface NamedEntry {
  readonly entry: Entry
  readonly name: string
  readonly url: string
}

/** Entries with their names and URLs; those whose URL lacks a base are left out. */
export function namedEntries(inputs: Pick<CheckInputs, 'url' | 'checks' | 'base-url'>): readonly NamedEntry[] {
  const placed = allEntries(inputs).flatMap((entry) => {
    const url = absoluteUrl(entry.at, inputs['base-url'])
    return url === undefined ? [] : [{ entry, url }]
  })
  const names = namesOf(
    placed.map(({ entry, url }) => ({ ...(entry.name === undefined ? {} : { name: entry.name }), url })),
  )
  return placed.map(({ entry, url }, index) => ({ entry, url, name: names[index] ?? url }))
}

/** Does an entry expect anything at all of an answer? */
export function expectsNothing(entry: Entry, inputs: Settings): boolean {
  return (
    settingOf(entry, 'health-format', inputs) === 'none' &&
    entry.expectHeader.length === 0 &&
    settingOf(entry, 'expect-status', inputs) === settings['expect-status'].emptied &&
    settingOf(entry, 'expect-json', inputs).length === 0 &&
    settingOf(entry, 'expect-body', inputs).length === 0 &&
    settingOf(entry, 'expect-version', inputs) === undefined
  )
}
