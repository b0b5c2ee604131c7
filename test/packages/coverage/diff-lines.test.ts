import { addedLines, type DiffFile, mapLines } from '@hardgate/coverage'
import { describe, expect, test } from '@jest/globals'

/** Line 3 was rewritten as 3-4, line 6 was dropped, two lines were put after line 8. */
const EDITED: DiffFile = {
  change: 'renamed',
  oldPath: 'old.py',
  newPath: 'new.py',
  hunks: [
    { oldStart: 3, oldLines: 1, newStart: 3, newLines: 2 },
    { oldStart: 6, oldLines: 1, newStart: 6, newLines: 0 },
    { oldStart: 8, oldLines: 0, newStart: 9, newLines: 2 },
  ],
}

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

test('the lines that the change wrote are those of the hunks', () => {
  expect(NUMBERS.filter(addedLines(EDITED))).toEqual([3, 4, 9, 10])
})

describe('mapLines', () => {
  const trace = mapLines([
    EDITED,
    { change: 'added', newPath: 'added.py', hunks: [{ oldStart: 0, oldLines: 0, newStart: 1, newLines: 5 }] },
    { change: 'deleted', oldPath: 'deleted.py', hunks: [{ oldStart: 1, oldLines: 5, newStart: 0, newLines: 0 }] },
    { change: 'binary', oldPath: 'hidden.py', newPath: 'hidden.py', hunks: [] },
    { change: 'mode-only', oldPath: 'mode.py', newPath: 'mode.py', hunks: [] },
    {
      change: 'modified',
      oldPath: 'emptied.py',
      newPath: 'emptied.py',
      hunks: [{ oldStart: 1, oldLines: 3, newStart: 0, newLines: 0 }],
    },
  ])

  test('a line of the new file is found where it stood, under its old name', () => {
    // old: 1 2 3 4 5 6 7 8 9 10; new: 1 2 [3 4] 4 5 7 8 [9 10] 9 10
    const old = NUMBERS.map((line) => trace.oldLine('new.py', line)?.line)

    expect(old).toEqual([1, 2, undefined, undefined, 4, 5, 7, 8, undefined, undefined, 9, 10])
    expect(trace.oldLine('new.py', 5)).toEqual({ path: 'old.py', line: 4 })
  })

  test('a line of the old file is removed where a hunk holds it', () => {
    expect(NUMBERS.filter((line) => trace.isRemoved('old.py', line))).toEqual([3, 6])
  })

  test('a file that the diff does not name is the same on both sides', () => {
    expect(trace.oldLine('same.py', 7)).toEqual({ path: 'same.py', line: 7 })
    expect(trace.isRemoved('same.py', 7)).toBe(false)
    expect([trace.oldPath('same.py'), trace.newPath('same.py')]).toEqual(['same.py', 'same.py'])
  })

  test('a change of mode moves no line', () => {
    expect(trace.oldLine('mode.py', 7)).toEqual({ path: 'mode.py', line: 7 })
    expect(trace.isRemoved('mode.py', 7)).toBe(false)
  })

  test('a new file has no old line, a deleted one loses all of them', () => {
    expect(trace.oldLine('added.py', 1)).toBeUndefined()
    expect(trace.oldPath('added.py')).toBeUndefined()
    expect(trace.newPath('deleted.py')).toBeUndefined()
    expect([1, 5, 99].map((line) => trace.isRemoved('deleted.py', line))).toEqual([true, true, true])
  })

  test('what was added under a name, or went away from it, is not what the other side calls so', () => {
    expect(trace.oldLine('old.py', 1)).toBeUndefined()
    expect(trace.oldLine('deleted.py', 1)).toBeUndefined()
    expect(trace.newPath('added.py')).toBeUndefined()
    expect(trace.newPath('old.py')).toBe('new.py')
    expect(trace.oldPath('new.py')).toBe('old.py')
  })

  test('a file whose lines git does not show has none that could be followed', () => {
    expect(trace.oldLine('hidden.py', 1)).toBeUndefined()
    expect(trace.isRemoved('hidden.py', 1)).toBe(true)
  })

  test('a file that was emptied has lost its lines', () => {
    expect([1, 3, 4].map((line) => trace.isRemoved('emptied.py', line))).toEqual([true, true, false])
    expect(trace.oldLine('emptied.py', 1)).toEqual({ path: 'emptied.py', line: 4 })
  })
})
