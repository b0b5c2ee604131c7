import { mergeCoverage } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'
import { branchesOf, cobertura, coberturaLines, fileOf, linesOf, read } from './xml-documents.ts'

test('lines, paths, sources, time and declared totals are read', async () => {
  const report = await read(
    cobertura(
      '<class name="a" filename="a.py"><lines><line number="1" hits="3"/><line number="2" hits="0"/></lines></class>' +
        '<class name="b" filename="b.py"><lines><line number="9" hits="1"/></lines></class>',
      'lines-valid="3" lines-covered="2" branches-valid="0" branches-covered="0" timestamp="1700000000123"',
    ),
  )

  expect(report.format).toBe('cobertura')
  expect(report.files.map(({ path }) => path)).toEqual(['a.py', 'b.py'])
  expect(report.sources).toEqual(['/ws/src'])
  expect(report.writtenAtMs).toBe(1_700_000_000_123)
  expect(report.declared).toEqual({ linesTotal: 3, linesCovered: 2, branchesTotal: 0, branchesCovered: 0 })
  expect(linesOf(report)).toBe('2/3')
  expect(fileOf(report, 'a.py').hitsAt(1)).toBe(3)
  expect(report.branches).toBe('none')
  expect(report.notes).toEqual([])
})

describe('timestamp', () => {
  test.each([
    ['1700000000', 1_700_000_000_000],
    ['1700000000.75', 1_700_000_000_000],
    ['1700000000123', 1_700_000_000_123],
    ['0', undefined],
    ['-62135596800', undefined],
    ['', undefined],
    ['Tue, 14 Nov 2023', undefined],
  ])('%j is read as %j: seconds or milliseconds, and 1970 is none', async (timestamp, expected) => {
    const report = await read(coberturaLines('<line number="1" hits="1"/>', `timestamp="${timestamp}"`))

    expect(report.writtenAtMs).toBe(expected)
  })
})

test('an empty source, as coverage.py writes it for relative paths, is none', async () => {
  const report = await read(
    '<coverage line-rate="1"><sources><source></source><source>\n  src &amp; <![CDATA[lib]]>\n</source></sources><packages/></coverage>',
  )

  expect(report.sources).toEqual(['src & lib'])
})

test("a method's line counts only where its class has not that number, before or after it", async () => {
  const report = await read(
    cobertura(
      '<class name="A" filename="a.cs"><methods><method name="m" signature="()"><lines>' +
        '<line number="1" hits="0"/><line number="2" hits="0"/></lines></method></methods>' +
        '<lines><line number="1" hits="5"/></lines></class>' +
        '<class name="B" filename="b.cs"><lines><line number="1" hits="5"/></lines>' +
        '<methods><method name="m"><lines><line number="1" hits="0" branch="true" condition-coverage="0% (0/2)"/></lines></method></methods></class>',
    ),
  )

  expect(linesOf(report)).toBe('2/3')
  expect(fileOf(report, 'a.cs').hitsAt(1)).toBe(5)
  expect(fileOf(report, 'a.cs').hitsAt(2)).toBe(0)
  expect(branchesOf(report)).toBe('0/0')
})

test("a class's own numbers say nothing of the next class's methods", async () => {
  const report = await read(
    cobertura(
      '<class name="A" filename="a.cs"><lines><line number="1" hits="5"/></lines></class>' +
        '<class name="B" filename="b.cs"><methods><method name="m"><lines><line number="1" hits="0"/></lines></method></methods></class>' +
        '<class name="C" filename="c.cs"><lines/></class>',
    ),
  )

  expect(linesOf(report)).toBe('1/2')
  expect(fileOf(report, 'c.cs').lastLine).toBe(0)
})

test("a method's line of Istanbul is a declaration, told by its method's hits, and no measured line", async () => {
  const report = await read(
    cobertura(
      '<class name="a.js" filename="a.js"><methods><method name="f" hits="8" signature="()V"><lines>' +
        '<line number="1" hits="8"/></lines></method><method name="g" hits="2"><lines><line number="undefined" hits="2"/>' +
        '</lines></method></methods><lines><line number="2" hits="8" branch="false"/><line number="3" hits="0"/></lines></class>',
    ),
  )

  expect(linesOf(report)).toBe('1/2')
  expect(report.notes).toEqual([])
})

test('classes of one file are a union: nothing is lost, nothing counts twice', async () => {
  const report = await read(
    cobertura(
      '<class name="Order" filename="Order.cs"><lines><line number="1" hits="1"/><line number="2" hits="0"/></lines></class>' +
        '<class name="Order/Saved" filename="Order.cs"><lines><line number="2" hits="4"/><line number="3" hits="0"/></lines></class>',
    ),
  )

  expect(report.files).toHaveLength(1)
  expect(linesOf(report)).toBe('2/3')
  expect(fileOf(report, 'Order.cs').hitsAt(2)).toBe(4)
})

test('trap 40: classes whose names collide in gcovr are two files by their filename', async () => {
  const report = await read(
    cobertura(
      '<class name="a_b_c" filename="a.b.c"><lines><line number="1" hits="1"/></lines></class>' +
        '<class name="a_b_c" filename="a_b.c"><lines><line number="1" hits="0"/><line number="2" hits="0"/></lines></class>',
    ),
  )

  expect(report.files.map(({ path }) => path)).toEqual(['a.b.c', 'a_b.c'])
  expect(linesOf(report)).toBe('1/3')
})

test('a number that stands twice in one class is one line', async () => {
  const report = await read(
    coberturaLines(
      '<line number="12" hits="0"/><line number="12" hits="2"/><line number="13" hits="0"/>',
      'lines-valid="3"',
    ),
  )

  expect(linesOf(report)).toBe('1/2')
  expect(report.declared.linesTotal).toBe(3)
})

test('trap 2: absurd rates, complexities and percents change nothing', async () => {
  const lines = (rate: string): string =>
    `<class name="a" filename="a.py" line-rate="${rate}" branch-rate="${rate}" complexity="${rate}"><lines>` +
    `<line number="1" hits="1" branch="true" condition-coverage="${rate}% (1/2)"><conditions>` +
    `<condition number="0" type="jump" coverage="${rate}%"/></conditions></line><line number="2" hits="0"/></lines></class>`

  for (const rate of ['0.5', 'NaN', '0,75', '17', '-1', 'Unknown']) {
    const report = await read(cobertura(lines(rate), `complexity="${rate}"`))
    expect([rate, linesOf(report), branchesOf(report)]).toEqual([rate, '1/2', '1/2'])
  }
})

describe('branches', () => {
  test.each(['true', 'True', 'TRUE'])('branch="%s" says that branches were collected', async (value) => {
    const report = await read(
      coberturaLines(`<line number="1" hits="1" branch="${value}" condition-coverage="75% (3/4)"/>`),
    )

    expect(branchesOf(report)).toBe('3/4')
    expect(report.branches).toBe('collected')
  })

  test.each([
    [' branch="True"', 'collected'],
    ['', 'none'],
  ])('0 of 0 with%s is %s', async (branch, state) => {
    const report = await read(coberturaLines(`<line number="1" hits="1"${branch} condition-coverage="100% (0/0)"/>`))

    expect([report.branches, branchesOf(report)]).toEqual([state, '0/0'])
  })

  test('more conditions on one line than a line may have branches are an error', async () => {
    const conditions = '<condition coverage="0"/>'.repeat(65_536)
    const line = `<line number="1" hits="1" branch="true"><conditions>${conditions}</conditions></line>`

    await expect(read(coberturaLines(line), { chunkSize: 65_536 })).rejects.toMatchObject({ code: 'unreadable-report' })
  })

  test('trap 7: rates and a declared 0 do not say that branches were collected', async () => {
    const report = await read(
      coberturaLines('<line number="1" hits="1" branch="false"/>', 'branches-valid="0" branches-covered="0"'),
    )

    expect(branchesOf(report)).toBe('0/0')
    expect(report.branches).toBe('none')
  })

  test("totals of the root alone, as PHPUnit's, are totals only", async () => {
    const report = await read(coberturaLines('<line number="1" hits="1"/>', 'branches-valid="7" branches-covered="5"'))

    expect(report.branches).toBe('totals-only')
    expect(report.declared).toMatchObject({ branchesTotal: 7, branchesCovered: 5 })
    expect(branchesOf(report)).toBe('0/0')
  })

  test('a branch line that does not say how many is left out with a note, and is no sign of collected branches', async () => {
    const report = await read(coberturaLines('<line number="1" hits="1" branch="true"/>'))

    expect(report.branches).toBe('none')
    expect(report.notes).toEqual(['1 line with branch="true" and not a word on how many branches: they are left out'])
  })

  test('the conditions of grcov are its branches; a percent of a condition is not', async () => {
    const line = (number: number, coverages: readonly string[]): string =>
      `<line number="${number}" hits="1" branch="true"><conditions>` +
      `${coverages.map((coverage, index) => `<condition number="${index}" type="jump" coverage="${coverage}"/>`).join('')}</conditions></line>`

    const report = await read(coberturaLines(line(1, ['1', '0', '1']) + line(2, ['50%'])))

    expect(branchesOf(report)).toBe('2/3')
    expect(report.notes).toHaveLength(1)
  })

  test('fewer than none taken, as "-50% (-1/2)", is none taken', async () => {
    const report = await read(
      coberturaLines(
        '<line number="1" hits="1" branch="true" condition-coverage="-50% (-1/2)" missing-branches="2,3,4"/>',
      ),
    )

    expect(branchesOf(report)).toBe('0/2')
    expect(report.notes).toEqual(['1 line with fewer than 0 branches taken: read as 0'])
  })

  test('where the missing branches contradict the pair, the lower number of taken counts', async () => {
    const report = await read(
      coberturaLines(
        '<line number="1" hits="1" branch="true" condition-coverage="100% (2/2)" missing-branches="3"/>' +
          '<line number="2" hits="1" branch="true" condition-coverage="0% (0/2)" missing-branches="3"/>',
      ),
    )

    expect(branchesOf(report)).toBe('1/4')
  })

  const shard = (pair: string, missing: string): string =>
    coberturaLines(`<line number="1" hits="1" branch="true" condition-coverage="50% (${pair})"${missing}/>`)
  const merged = async (one: string, other: string): Promise<string> => {
    const reports = await Promise.all([read(one), read(other)])
    const coverage = mergeCoverage(reports.flatMap(({ files }) => files))
    const { low, high, total } = coverage.get('a.py')?.totals().branches ?? { low: 0, high: 0, total: 0 }
    return `${low}-${high}/${total}`
  }

  test('trap 10: opposite branches are 100 % with missing-branches, and bounds without', async () => {
    const named = await merged(shard('1/2', ' missing-branches="8"'), shard('1/2', ' missing-branches="exit"'))
    const counted = await merged(shard('1/2', ''), shard('1/2', ''))

    expect(named).toBe('2-2/2')
    expect(counted).toBe('1-2/2')
  })

  test('the same branch missing twice stays missing', async () => {
    expect(await merged(shard('1/2', ' missing-branches="8"'), shard('1/2', ' missing-branches="8"'))).toBe('1-1/2')
  })

  test('two exits of one line are two branches', async () => {
    expect(await merged(shard('0/2', ' missing-branches="exit,exit"'), shard('1/2', ' missing-branches="exit"'))).toBe(
      '1-1/2',
    )
  })
})

describe('blocks of V8, as c8 reports them', () => {
  const NOT_LISTED = 'not listed'
  const shard = (branches: readonly string[]): string => {
    const lines = branches.map((branch, index) => {
      if (branch === NOT_LISTED) return ''
      const attributes = branch === '' ? '' : ` branch="true" condition-coverage="0% (${branch})"`
      return `<line number="${index + 1}" hits="1"${attributes}/>`
    })
    return cobertura(
      `<class name="a.js" filename="a.js"><methods><method name="f" hits="1"><lines><line number="2" hits="1"/></lines></method></methods><lines>${lines.join('')}</lines></class>`,
    )
  }
  const mergedOf = async (...shards: (readonly string[])[]): Promise<unknown> => {
    const reports = await Promise.all(shards.map((branches) => read(shard(branches))))
    return mergeCoverage(reports.flatMap(({ files }) => files))
      .get('a.js')
      ?.totals().branches
  }

  test('a block that one run has and the other has not is open, where every line is listed and line 1 has a block', async () => {
    expect(await mergedOf(['1/1', '0/1', ''], ['1/1', '', '0/1'])).toEqual({ low: 1, high: 3, total: 3 })
  })

  test('without a block on line 1, or with a line not listed, they are branches like others', async () => {
    expect(await mergedOf(['', '0/1', ''], ['', '', '0/1'])).toEqual({ low: 0, high: 0, total: 2 })
    expect(await mergedOf(['1/1', '0/1', '', NOT_LISTED, ''], ['1/1', '', '0/1', NOT_LISTED, ''])).toEqual({
      low: 1,
      high: 1,
      total: 3,
    })
  })

  test('one report is exact and says what its branches are worth', async () => {
    const report = await read(shard(['2/2', '0/1', '1/2']))

    expect(branchesOf(report)).toBe('3/5')
    expect(report.notes).toHaveLength(1)
    expect(report.notes[0]).toMatch(/^V8 blocks in 1 file: /)
  })

  test('a file that was never loaded is told of', async () => {
    const report = await read(shard(['0/1']).replace('name="f"', 'name="(empty-report)"'))

    expect(report.notes[1]).toMatch(/^1 file never loaded/)
  })
})

describe('numbers seen in the wild', () => {
  test.each([
    ['3.0', 3],
    ['0.9', 0],
    ['0.99999999999999999999999999', 0],
    ['1.5e3', 1500],
    ['1.8446744073709552E+19', Number.MAX_SAFE_INTEGER],
    ['18446744073709551615', Number.MAX_SAFE_INTEGER],
  ])('hits="%s" are %i', async (hits, expected) => {
    const report = await read(coberturaLines(`<line number="1" hits="${hits}"/>`))

    expect(fileOf(report, 'a.py').hitsAt(1)).toBe(expected)
  })

  test('lines numbered 0 and "undefined" count as not covered, whatever their hits, and are on no line', async () => {
    const report = await read(
      coberturaLines(
        '<line number="0" hits="35"/><line number="0" hits="0"/><line number="undefined" hits="1"/><line number="4" hits="1"/>',
      ),
    )

    expect(linesOf(report)).toBe('1/4')
    expect(fileOf(report, 'a.py').lastLine).toBe(4)
    expect(report.notes).toEqual(['3 lines without a number (0 or "undefined"), counted as not covered'])
  })

  test('a method line without a number counts where the class has none itself', async () => {
    const method = '<methods><method name="m"><lines><line number="0" hits="0"/></lines></method></methods>'
    const report = await read(
      cobertura(
        `<class name="A" filename="a.cs">${method}<lines><line number="1" hits="1"/></lines></class>` +
          `<class name="B" filename="b.cs">${method}<lines><line number="0" hits="0"/><line number="1" hits="1"/></lines></class>`,
      ),
    )

    expect(linesOf(report)).toBe('2/4')
  })

  test('declared totals that are no whole numbers are not declared', async () => {
    const report = await read(
      coberturaLines(
        '<line number="1" hits="1"/>',
        'lines-valid="NaN" lines-covered="1.0" branches-valid="-1" branches-covered=""',
      ),
    )

    expect(report.declared).toEqual({})
  })
})

test('lines outside of classes and within unknown elements are none', async () => {
  const line = '<line number="7" hits="0"/>'
  const report = await read(
    `<coverage line-rate="1">${line}<packages>${line}<package name="p">${line}<lines>${line}</lines><classes>` +
      `<class name="a" filename="a.py">${line}<extra><lines>${line}</lines></extra><lines><line number="1" hits="1"><lines>${line}</lines></line>` +
      '</lines></class></classes></package></packages></coverage>',
  )

  expect(linesOf(report)).toBe('1/1')
})

test('a class without a filename cannot be placed, so it is an error', async () => {
  const reading = read(cobertura('<class name="a"><lines><line number="1" hits="1"/></lines></class>'))

  await expect(reading).rejects.toMatchObject({ code: 'unreadable-report' })
  await expect(reading).rejects.toThrow('inside <class name="a">: <class> has no filename. Nothing was judged.')
})
