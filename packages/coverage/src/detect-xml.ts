import { ScanError, type XmlHandler, XmlScanner, type XmlTag } from '@hardgate/scan'
import type { Detected } from './detect.ts'
import { type RefusalName, refusal } from './refused.ts'

/** Told by the root element, its attributes and the elements directly in it. */
export function detectXml(head: Uint8Array): Detected {
  const seen = new RootSeen()
  try {
    new XmlScanner(seen).push(head)
  } catch (error) {
    // What was seen before it may be enough, and then the reader says the same better.
    if (!(error instanceof ScanError)) throw error
  }
  return byRoot(seen) ?? (isHtml(head) ? refusal('html') : isPhp(head) ? refusal('phpunit-php') : undefined)
}

class RootSeen implements XmlHandler {
  root = ''
  readonly attributes = new Set<string>()
  readonly children = new Set<string>()
  #depth = 0

  open(tag: XmlTag): void {
    if (this.#depth === 0) {
      this.root = tag.name
      for (const name of TELLING_ATTRIBUTES) if (tag.text(name) !== undefined) this.attributes.add(name)
    }
    if (this.#depth === 1) this.children.add(tag.name)
    this.#depth++
  }

  close(): void {
    this.#depth--
  }
}

const TELLING_ATTRIBUTES = ['line-rate', 'profilerVersion', 'DotCoverVersion', 'CoveredStatements']

const REFUSED_ROOTS: Readonly<Record<string, RefusalName>> = {
  CoverageSession: 'opencover',
  CoverageDSPriv: 'dotnet-coverage',
  crap_result: 'crap4j',
  phpunit: 'phpunit-xml',
  scoverage: 'scoverage',
  testsuites: 'junit',
  testsuite: 'junit',
  TestRun: 'junit',
  mutations: 'mutations',
  html: 'html',
  HTML: 'html',
}

function byRoot({ root, attributes, children }: RootSeen): Detected {
  if (root === 'coverage') {
    if (children.has('project')) return { format: 'clover' }
    if (attributes.has('line-rate') || children.has('packages')) return { format: 'cobertura' }
    if (children.has('file')) return refusal('sonarqube')
    return undefined
  }
  if (root === 'report') {
    const isJacoco = ['package', 'group', 'sessioninfo', 'counter'].some((name) => children.has(name))
    return isJacoco ? { format: 'jacoco' } : undefined
  }
  if (root === 'results' && children.has('modules')) return refusal('dotnet-coverage')
  if (root === 'Root' && (attributes.has('DotCoverVersion') || attributes.has('CoveredStatements')))
    return refusal('dotcover')
  const name = Object.hasOwn(REFUSED_ROOTS, root) ? REFUSED_ROOTS[root] : undefined
  return name === undefined ? undefined : refusal(name)
}

const startOf = (head: Uint8Array): string =>
  Buffer.from(head.subarray(0, 64)).toString('latin1').trimStart().toLowerCase()
const isHtml = (head: Uint8Array): boolean => /^<(!doctype html|html)\b/.test(startOf(head))
const isPhp = (head: Uint8Array): boolean => startOf(head).startsWith('<?php')
