import { describe, expect, test } from '@jest/globals'
import { detectFormat } from '../../../packages/coverage/src/detect.ts'
import { cobertura, read } from './xml-documents.ts'

const detected = (content: string): unknown => {
  const found = detectFormat(Buffer.from(content))
  return found === undefined ? undefined : 'format' in found ? found.format : found.refused
}

describe('a format is told by the content', () => {
  test.each([
    ['cobertura', cobertura('')],
    ['cobertura', '<coverage><sources/><packages/></coverage>'],
    ['cobertura', '\n<!-- <report> --><?x <project?><c:coverage xmlns:c="urn:c" \n line-rate = \'1\'></c:coverage>'],
    ['clover', '<coverage generated="1" clover="3.2.0"><project timestamp="1"/></coverage>'],
    ['clover', '<coverage generated="1" line-rate="1"><project timestamp="1"/></coverage>'],
    [
      'jacoco',
      '<!DOCTYPE report PUBLIC "-//JACOCO//DTD Report 1.1//EN" "report.dtd"><report name="x"><sessioninfo id="a" start="1" dump="2"/>',
    ],
    ['jacoco', '<report name="x"><group name="a">'],
    ['jacoco', '<report name="x"><package name="a"/></report>'],
    ['jacoco', '<report name="Kover"><counter type="LINE" missed="1" covered="0"/></report>'],
    ['lcov', 'TN:\nSF:a.c\n'],
    ['lcov', '# made by hand\n\nSF:C:\\a.c\r\n'],
    ['go', 'mode: atomic\nexample.com/a.go:1.1,2.2 1 1\n'],
    ['go', 'mode: set\r\n'],
    ['coverage.py-json', '{"meta": {"format": 3, "version": "7.17.0"}, "files": {}}'],
    ['coverage.py-json', '{"meta": {"version": "5.0", "branch_coverage": true}, "files": {"a.py": {}}}'],
    ['istanbul', '{"/ws/a.js": {"path":"/ws/a.js","statementMap":{"0":{}}}}'],
    ['istanbul', '{"/ws/a.js": {"path":"/ws/a.js","all":true,"statementMap":{"0":{"start":{"line":1'],
  ])('%s: %j', (format, content) => {
    expect(detected(content)).toBe(format)
  })

  test.each([
    '',
    '<coverage version="2"/>',
    '<report/>',
    '<report><row/></report>',
    '[]',
    '{"a": 1}',
    'hello',
    'mode: fast',
    'modes: set',
    'line 1\nSF:a.c\n',
    '<<',
    '{{',
    '<!-- <coverage line-rate="1"/> -->',
    '<x><coverage line-rate="1"/></x>',
  ])('%j is of none', (content) => {
    expect(detected(content)).toBeUndefined()
  })
})

describe('a format that is recognised and not read is refused by name, with what makes one that is read', () => {
  test.each([
    ['an empty JSON object', 'no file matches', ' {\n}\n'],
    ['coverage-summary.json', '"json"', '{"total": {"lines":{"total":3,"covered":3,"skipped":0,"pct":"Unknown"}}}'],
    ['coverage-summary.json', '"json"', '{"/ws/a.js": {"lines":{"total":3,"covered":3,"skipped":0,"pct":100}}}'],
    ['Coveralls', 'gcovr --cobertura', '{"repo_token":"","source_files":[{"name":"a.c","coverage":[1]}]}'],
    ['Codecov', '--lcov', '{"coverage":{"src/a.rs":{"1":"1/2","2":0}}}'],
    ['covdir', '-t lcov', '{"children":{"a.c":{"coverage":[-1,1]}},"coveragePercent":50.0,"linesTotal":2}'],
    ["gcovr's JSON summary", '--cobertura', '{"root":".","gcovr/summary_format_version":"0.6","files":[]}'],
    ["gcovr's JSON", '--cobertura', '{"gcovr/format_version":"0.15","files":[{"file":"a.c","lines":[]}]}'],
    ["gcov's JSON", '--capture', '{"format_version":"2","gcc_version":"14.2.0","files":[]}'],
    [
      'SimpleCov result set',
      'simplecov-lcov',
      '{"RSpec":{"coverage":{"/ws/a.rb":{"lines":[1,null,0]}},"timestamp":1}}',
    ],
    [
      'SimpleCov',
      'simplecov-cobertura',
      '{"meta":{"simplecov_version":"0.22.0"},"coverage":{"/ws/a.rb":{"lines":[1]}}}',
    ],
    [
      'llvm-cov',
      '-format=lcov',
      '{"data":[{"files":[{"branches":[],"filename":"a.c","segments":[[1,1,1,true,true,false]]}]}]}',
    ],
    ['tarpaulin', '--out Lcov', '{"files":[{"path":["/","a.rs"],"content":"fn main() {}","traces":[]}]}'],
    ['V8', 'c8 report', '{"result":[{"scriptId":"1","url":"file:///a.js","functions":[]}]}'],
    ['xccov', 'slather', '{"/ws/a.swift":[{"line":1,"isExecutable":true,"executionCount":1}]}'],
    ['Dart', '--lcov', '{"type":"CodeCoverage","coverage":[{"source":"package:a/a.dart","hits":[1,1]}]}'],
    [
      'coverlet',
      'CoverletOutputFormat=cobertura',
      '{"A.dll":{"/ws/A.cs":{"A.B":{"System.Void A.B::C()":{"Lines":{"1":1},"Branches":[]}}}}}',
    ],
    ['ReportGenerator', 'Cobertura', '{"summary":{"linecoverage":50},"coverage":{"assemblies":[]}}'],
    ['OpenCover', 'cobertura', '<CoverageSession><Summary numSequencePoints="1"/></CoverageSession>'],
    ['dotnet-coverage', '-f cobertura', '<results><modules><module name="a.dll"/></modules></results>'],
    ['dotCover', 'XPlat Code Coverage', '<Root CoveredStatements="1" TotalStatements="2" DotCoverVersion="2025.1"/>'],
    [
      'SonarQube',
      'lcov',
      '<coverage version="1"><file path="a.c"><lineToCover lineNumber="1" covered="true"/></file></coverage>',
    ],
    ['Crap4J', '--coverage-cobertura', '<crap_result><project>a</project></crap_result>'],
    [
      "PHPUnit's own",
      '--coverage-cobertura',
      '<phpunit xmlns="https://schema.phpunit.de/coverage/1.0"><build/></phpunit>',
    ],
    ['serialized', 'phpcov merge', "<?php // phpunit/php-code-coverage\nreturn \\unserialize('"],
    ['scoverage', 'cobertura.xml', '<scoverage statement-count="1"><packages/></scoverage>'],
    ['test results', 'coverage report', '<testsuites tests="1"><testsuite name="a"/></testsuites>'],
    ['mutation', 'jacoco.xml', '<mutations partial="true"/>'],
    ['HTML', 'lcov', '<!doctype html>\n<html><body><br></body></html>'],
    ['HTML', 'lcov', '<html lang=en><head>'],
    ['CSV', 'jacoco.xml', 'GROUP,PACKAGE,CLASS,INSTRUCTION_MISSED,INSTRUCTION_COVERED\n'],
    ['the table', 'coverage lcov', 'Name    Stmts   Miss  Cover\n---------------------------\n'],
    ["gcov's text", 'lcov --capture', '        -:    0:Source:a.c\n'],
    ["coverage.py's data file", 'coverage xml', "!coverage.py: This is a private format, don't read it directly!{}"],
  ])('%s', async (name, advice, content) => {
    const reading = read(content, { name: 'out/report' })

    await expect(reading).rejects.toMatchObject({
      code: 'unknown-format',
      message: expect.stringMatching(/^out\/report: this is .*, and it is not read\. /),
    })
    await expect(reading).rejects.toThrow(name)
    await expect(reading).rejects.toThrow(advice)
  })

  test.each([
    ['.coverage', 'coverage xml', Buffer.from('SQLite format 3\0\x10\0\x01\x01')],
    ["JaCoCo's execution data", 'jacoco:report', Buffer.from([0x01, 0xc0, 0xc0, 0x10, 0x07, 0x10])],
    ['a profile of LLVM', 'llvm-cov export', Buffer.from([0xff, ...Buffer.from('lprofi'), 0x81, 0, 0])],
    ['a profile of LLVM', 'llvm-cov export', Buffer.from([0x81, ...Buffer.from('rforpl'), 0xff, 0, 0])],
    ['gcc', 'gcovr', Buffer.from('adcg4.3B')],
    ['GOCOVERDIR', 'covdata textfmt', Buffer.from('\0cvm\0\0\0\x01')],
    ['zip', 'Unpack', Buffer.from('PK\x03\x04\x14\0')],
    ['gzip', 'gunzip', Buffer.from([0x1f, 0x8b, 0x08, 0])],
  ])('%s, by its first bytes', async (name, advice, content) => {
    for (const chunkSize of [1, 65_536]) {
      const reading = read(content, { chunkSize })
      await expect(reading).rejects.toMatchObject({ code: 'unknown-format' })
      await expect(reading).rejects.toThrow(name)
      await expect(reading).rejects.toThrow(advice)
    }
  })
})

test('what is of no known format is shown by its start, in one line and without commands', async () => {
  const reading = read('hello\n::error::forged\n', { name: 'notes.txt' })

  await expect(reading).rejects.toMatchObject({ code: 'unknown-format' })
  await expect(reading).rejects.toThrow(
    'notes.txt: no known format begins with "hello ::error::forged". Give Cobertura, JaCoCo or Clover XML',
  )
})

test('a forced format reads a file whose start tells nothing', async () => {
  const report = await read(
    '<coverage><extra/><packages><package><classes><class filename="a.py"><lines><line number="1" hits="1"/></lines></class></classes></package></packages></coverage>',
    {
      format: 'cobertura',
    },
  )

  expect(report.files.map(({ path }) => path)).toEqual(['a.py'])
})

test.each([
  ['cobertura', '<report name="a"><package name="b"/></report>', '<report>: expected <coverage>'],
  ['clover', '<report name="a"/>', '<report>: expected <coverage>'],
  ['jacoco', '<coverage line-rate="1"/>', '<coverage>: expected <report>'],
] as const)('a forced %s does not read the root of another format', async (format, content, message) => {
  const reading = read(content, { format })

  await expect(reading).rejects.toMatchObject({ code: 'unreadable-report' })
  await expect(reading).rejects.toThrow(`the root element is ${message}`)
})
