import { addedRanges, type DiffFile, DiffProblem, diffReader } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'

function readDiff(text: string | Uint8Array, chunkBytes = 1_000_000): DiffFile[] {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text
  const reader = diffReader()
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    // a copy that is spoilt afterwards: the reader may keep nothing of a chunk
    const chunk = Uint8Array.from(bytes.subarray(at, at + chunkBytes))
    reader.push(chunk)
    chunk.fill(0x2b)
  }
  return reader.end()
}

const lines = (...all: string[]): string => all.map((line) => `${line}\n`).join('')
const hunk = (oldStart: number, oldLines: number, newStart: number, newLines: number) => ({
  oldStart,
  oldLines,
  newStart,
  newLines,
})

const MODIFIED = lines(
  'diff --git a/src/a.py b/src/a.py',
  'index 7898192..f719efd 100644',
  '--- a/src/a.py',
  '+++ b/src/a.py',
  '@@ -2 +2,2 @@ def f():',
  '-    return 1',
  '+    x = 1',
  '+    return x',
  '@@ -9,0 +11 @@',
  '+# end',
)

test('an edit gives its hunks, and its added lines by the numbers of the headers', () => {
  const files = readDiff(MODIFIED)

  expect(files).toEqual([
    { change: 'modified', oldPath: 'src/a.py', newPath: 'src/a.py', hunks: [hunk(2, 1, 2, 2), hunk(9, 0, 11, 1)] },
  ])
  expect(files.map(addedRanges)).toEqual([
    [
      { first: 2, last: 3 },
      { first: 11, last: 11 },
    ],
  ])
})

test('a deletion alone adds no line', () => {
  const [file] = readDiff(
    lines('diff --git a/a b/a', 'index 1..2 100644', '--- a/a', '+++ b/a', '@@ -4,2 +3,0 @@', '-x', '-y'),
  )

  expect(file?.hunks).toEqual([hunk(4, 2, 3, 0)])
  expect(file === undefined ? undefined : addedRanges(file)).toEqual([])
})

describe('trap 25: what is no changed line', () => {
  test('added and removed lines that read like headers are lines', () => {
    const text = lines(
      'diff --git a/x.md b/x.md',
      'index 1..2 100644',
      '--- a/x.md',
      '+++ b/x.md',
      '@@ -1,3 +1,5 @@',
      '--- a/y.md',
      '-- a/z.md',
      '-@@ -1 +1 @@',
      '+++ b/x',
      '+@@ -1,9 +1,9 @@',
      '+diff --git a/q b/q',
      '+Binary files a/q and b/q differ',
      '+new file mode 160000',
      'diff --git a/y.md b/y.md',
      'index 1..2 100644',
      '--- a/y.md',
      '+++ b/y.md',
      '@@ -1 +1 @@',
      '--- /dev/null',
      '+++ b/x',
    )

    expect(readDiff(text)).toEqual([
      { change: 'modified', oldPath: 'x.md', newPath: 'x.md', hunks: [hunk(1, 3, 1, 5)] },
      { change: 'modified', oldPath: 'y.md', newPath: 'y.md', hunks: [hunk(1, 1, 1, 1)] },
    ])
  })

  test('"\\ No newline at end of file" counts on neither side', () => {
    const text = lines(
      'diff --git a/a b/a',
      'index 1..2 100644',
      '--- a/a',
      '+++ b/a',
      '@@ -1 +1,2 @@',
      '-x',
      '\\ No newline at end of file',
      '+x',
      '+y',
      '\\ No newline at end of file',
      'diff --git a/b b/b',
      'old mode 100644',
      'new mode 100755',
    )

    expect(readDiff(text)).toEqual([
      { change: 'modified', oldPath: 'a', newPath: 'a', hunks: [hunk(1, 1, 1, 2)] },
      { change: 'mode-only', oldPath: 'b', newPath: 'b', hunks: [] },
    ])
  })

  test('a submodule, new, moved on and gone', () => {
    const text = lines(
      'diff --git a/sub b/sub',
      'new file mode 160000',
      'index 0000000..92fb00a',
      '--- /dev/null',
      '+++ b/sub',
      '@@ -0,0 +1 @@',
      '+Subproject commit 92fb00a2e9e2d2c5e6f0f5b3fca24ae6dc8ecbf1',
      'diff --git a/old b/old',
      'index 92fb00a..1fb00a2 160000',
      '--- a/old',
      '+++ b/old',
      '@@ -1 +1 @@',
      '-Subproject commit 92fb00a2e9e2d2c5e6f0f5b3fca24ae6dc8ecbf1',
      '+Subproject commit 1fb00a22e9e2d2c5e6f0f5b3fca24ae6dc8ecbf1',
      'diff --git a/gone b/gone',
      'deleted file mode 160000',
      'index 92fb00a..0000000',
      '--- a/gone',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-Subproject commit 92fb00a2e9e2d2c5e6f0f5b3fca24ae6dc8ecbf1',
    )

    expect(readDiff(text)).toEqual([
      { change: 'submodule', newPath: 'sub', hunks: [] },
      { change: 'submodule', oldPath: 'old', newPath: 'old', hunks: [] },
      { change: 'submodule', oldPath: 'gone', hunks: [] },
    ])
  })

  test('a binary file, new, changed, renamed and gone', () => {
    const text = lines(
      'diff --git a/new.png b/new.png',
      'new file mode 100644',
      'index 0000000..92fb00a',
      'Binary files /dev/null and b/new.png differ',
      'diff --git a/my logo.png b/my logo.png',
      'index 92fb00a..1fb00a2 100644',
      'Binary files a/my logo.png and b/my logo.png differ',
      'diff --git a/x.png b/y.png',
      'similarity index 90%',
      'rename from x.png',
      'rename to y.png',
      'index 92fb00a..1fb00a2 100644',
      'Binary files a/x.png and b/y.png differ',
      'diff --git a/gone.png b/gone.png',
      'deleted file mode 100644',
      'index 92fb00a..0000000',
      'Binary files a/gone.png and /dev/null differ',
    )

    expect(readDiff(text)).toEqual([
      { change: 'binary', newPath: 'new.png', hunks: [] },
      { change: 'binary', oldPath: 'my logo.png', newPath: 'my logo.png', hunks: [] },
      { change: 'binary', oldPath: 'x.png', newPath: 'y.png', hunks: [] },
      { change: 'binary', oldPath: 'gone.png', hunks: [] },
    ])
  })

  test('an empty file, new and gone', () => {
    const text = lines(
      'diff --git a/new b/new',
      'new file mode 100644',
      'index 0000000..e69de29',
      'diff --git a/gone b/gone',
      'deleted file mode 100644',
      'index e69de29..0000000',
    )

    expect(readDiff(text)).toEqual([
      { change: 'added', newPath: 'new', hunks: [] },
      { change: 'deleted', oldPath: 'gone', hunks: [] },
    ])
  })
})

describe('trap 28: renames', () => {
  test('without an edit have no hunk, with one the edited lines alone', () => {
    const text = lines(
      'diff --git a/a b.py b/c.py',
      'similarity index 100%',
      'rename from a b.py',
      'rename to c.py',
      'diff --git a/d.py b/e.py',
      'similarity index 90%',
      'rename from d.py',
      'rename to e.py',
      'index 1..2 100644',
      '--- a/d.py',
      '+++ b/e.py',
      '@@ -3 +3 @@',
      '-x',
      '+y',
    )

    expect(readDiff(text)).toEqual([
      { change: 'renamed', oldPath: 'a b.py', newPath: 'c.py', hunks: [] },
      { change: 'renamed', oldPath: 'd.py', newPath: 'e.py', hunks: [hunk(3, 1, 3, 1)] },
    ])
  })
})

describe('trap 25: names', () => {
  const named = (old: string, now: string): string =>
    lines('diff --git a/? b/?', 'index 1..2 100644', `--- ${old}`, `+++ ${now}`, '@@ -1 +1 @@', '-x', '+y')

  test.each<[string, string]>([
    ['a/plain.py', 'plain.py'],
    ['"a/\\303\\251.py"', 'é.py'],
    ['a/é.py', 'é.py'],
    ['a/with space.py\t', 'with space.py'],
    ['"a/\\303\\251 x.py"\t', 'é x.py'],
    ['"a/new\\nline\\ttab.py"', 'new\nline\ttab.py'],
    ['"a/quo\\"te\\\\.py"', 'quo"te\\.py'],
    ['"a/\\a\\b\\v\\f\\r\\001.py"', '\x07\b\v\f\r\x01.py'],
    ['a/a/b/dev/null', 'a/b/dev/null'],
  ])('%s is %j', (written, name) => {
    expect(readDiff(named(written, written.replace('a/', 'b/')))).toMatchObject([{ oldPath: name, newPath: name }])
  })

  test.each(['a/x b/x', 'a/a b/b a/x b/a b/b a/x', '"a/\\303\\251 b.sh" "b/\\303\\251 b.sh"'])(
    'where only the first line names the file, its name is found in %s',
    (pair) => {
      const half = pair.startsWith('"') ? 'é b.sh' : pair.slice(2, (pair.length - 1) / 2)

      expect(readDiff(lines(`diff --git ${pair}`, 'old mode 100644', 'new mode 100755'))).toEqual([
        { change: 'mode-only', oldPath: half, newPath: half, hunks: [] },
      ])
    },
  )

  test.each(['"a/open', '"a/\\9.py"', '"a/\\q.py"', 'x/no-prefix.py', '"a/x" y'])('%s is refused', (name) => {
    expect(() => readDiff(named(name, 'b/x'))).toThrow(DiffProblem)
  })
})

describe('a diff that is not whole', () => {
  const body = MODIFIED.indexOf('-    return 1')

  test('is refused wherever a hunk was cut, but for the end of a hunk', () => {
    const ends = Array.from({ length: MODIFIED.length - body }, (_, at) => body + at)

    const read = ends.filter((end) => {
      try {
        return readDiff(MODIFIED.slice(0, end)).length > 0
      } catch (error) {
        return !(error instanceof DiffProblem)
      }
    })

    expect(read).toEqual([MODIFIED.indexOf('@@ -9,0')])
  })

  test.each([
    ['a hunk that is longer than it says', `${MODIFIED}+more\n`],
    ['a hunk with context', MODIFIED.replace('+# end', '*# end')],
    ['a merge of several parents', lines('diff --cc a', 'index 1,2..3')],
    ['a copy, whose old lines would count as unchanged', MODIFIED.replace('index', 'copy from x\nindex')],
    ['something before the first file', `warning: x\n${MODIFIED}`],
    ['a hunk of no file', '@@ -1 +1 @@\n-x\n+y\n'],
    ['numbers beyond any file', MODIFIED.replace('@@ -2 +2,2', '@@ -2 +2,99999999999')],
    ['a header of 100 KB', `diff --git a/${'x'.repeat(100_000)}`],
  ])('%s is refused', (_name, text) => {
    expect(() => readDiff(text)).toThrow(DiffProblem)
  })

  test('an empty diff is no file', () => {
    expect(readDiff('')).toEqual([])
  })
})

test('chunks of any size give the same', () => {
  const whole = readDiff(MODIFIED)

  for (let size = 1; size < 40; size += 1) expect(readDiff(MODIFIED, size)).toEqual(whole)
})

test('a CR at the end of a line belongs to the line', () => {
  const text = MODIFIED.replaceAll('x = 1\n', 'x = 1\r\n').replaceAll('# end\n', '# end\r\n')

  expect(readDiff(text)).toEqual(readDiff(MODIFIED))
})

test('a line of 50 MB is counted without being kept', () => {
  const reader = diffReader()
  reader.push(Buffer.from(lines('diff --git a/a b/a', 'index 1..2 100644', '--- a/a', '+++ b/a', '@@ -0,0 +1 @@')))
  const chunk = Buffer.alloc(1_000_000, '+')

  for (let turn = 0; turn < 50; turn += 1) reader.push(chunk)
  reader.push(Buffer.from('\n'))

  expect(reader.end()).toMatchObject([{ hunks: [hunk(0, 0, 1, 1)] }])
})
