import { DelimitedScanner, ScanError } from '@hardgate/scan'
import { expect, test } from '@jest/globals'
import { type Random, seeded } from '../markdown/random.ts'
import { parseDelimited } from './delimited-reference.ts'
import { pushInChunks } from './xml-events.ts'

type Options = ConstructorParameters<typeof DelimitedScanner>[1]

function read(text: string | Uint8Array, chunk?: number, options: Options = {}, asked?: readonly number[]) {
  const records: (string | undefined)[][] = []
  const scanner = new DelimitedScanner((fields) => {
    const count = records.length === 0 || asked === undefined ? fields.count : asked.length
    records.push(Array.from({ length: count }, (_, i) => fields.text(i)))
    if (records.length === 1 && asked !== undefined) scanner.ask(asked)
  }, options)
  pushInChunks(scanner, Buffer.from(text), chunk)
  return { records, isOpen: scanner.lastRecordIsOpen }
}

function everyChunk(text: string, act: (chunk: number) => void): void {
  for (let chunk = 1; chunk <= Buffer.byteLength(text); chunk += 1) act(chunk)
}

test('trap 12: quotes, doubled quotes, delimiters and line ends within quotes are read at every offset of a chunk edge', () => {
  const text =
    'a,b,c\r\n"x, y","say ""hi""","two\r\nlines"\r\nplain,,"€"\n\n"""",mid"dle,""\n"\n","\n\n",","\r\n1,2,3\n4,"5\n6",7'

  const expected = {
    records: [
      ['a', 'b', 'c'],
      ['x, y', 'say "hi"', 'two\r\nlines'],
      ['plain', '', '€'],
      ['"', 'mid"dle', ''],
      ['\n', '\n\n', ','],
      ['1', '2', '3'],
      ['4', '5\n6', '7'],
    ],
    isOpen: true,
  }

  everyChunk(text, (chunk) => expect([chunk, read(text, chunk)]).toEqual([chunk, expected]))
})

test('only the asked columns are handed over, in the order they were asked for', () => {
  const text = 'a,b,c,d\n1,2,3,4\n"5","6\n6",7\n8\n9,10,"11","12"\n'

  const expected = [
    ['a', 'b', 'c', 'd'],
    ['3', '1'],
    ['7', '5'],
    [undefined, '8'],
    ['11', '9'],
  ]

  everyChunk(text, (chunk) => expect([chunk, read(text, chunk, {}, [2, 0]).records]).toEqual([chunk, expected]))
})

test('generated records are read as a simple parser reads them, in chunks of every size', () => {
  const random = seeded(20_260_301)

  for (let round = 0; round < 80; round += 1) {
    const delimiter = random.pick([',', ';', '\t'] as const)
    const text = generate(random, delimiter)
    const expected = parseDelimited(text, delimiter)
    everyChunk(text, (chunk) => {
      expect([text, chunk, read(text, chunk, { delimiter })]).toEqual([text, chunk, expected])
    })
  }
})

test('what is asked for, and what is refused, does not depend on the size of the chunks', () => {
  const random = seeded(20_260_303)
  const outcome = (text: string, chunk?: number) => {
    try {
      return read(text, chunk, { delimiter: ',', maxRecordBytes: 40 }, [1, 0])
    } catch (error) {
      return error instanceof ScanError ? [error.message, error.offset, error.isTruncated] : error
    }
  }
  const refused = new Set<unknown>()

  for (let round = 0; round < 120; round += 1) {
    const text = `a,b,c\n${generate(random, ',')}${random.pick(['', '1,2,"3"4\n', '"1"2,3\n', '1,"2\n', `${'1'.repeat(41)}\n`, '1,2,"3"\r', '"1"\r2,3\n'])}`
    const whole = outcome(text)
    if (Array.isArray(whole)) refused.add(whole[0])
    everyChunk(text, (chunk) => expect([text, chunk, outcome(text, chunk)]).toEqual([text, chunk, whole]))
  }
  expect(refused.size).toBe(3)
})

function generate(random: Random, delimiter: string): string {
  const records = Array.from({ length: 1 + random.below(6) }, () => {
    const fields = Array.from({ length: 1 + random.below(4) }, () => generateField(random, delimiter))
    return fields.join(delimiter) + random.pick(['\n', '\n', '\r\n', '\n\n', '\r\n\r\n'])
  })
  const text = records.join('')
  return random.below(10) < 3 ? `${text}last${delimiter}open` : text
}

function generateField(random: Random, delimiter: string): string {
  const pieces = ['a', 'bc', '€', '\r', '0', 'x'.repeat(9)]
  const inQuotes = [...pieces, '\n', '\r\n', '""', delimiter]
  const isQuoted = random.below(10) < 4
  const content = Array.from({ length: random.below(4) }, () => random.pick(isQuoted ? inQuotes : pieces))
  return isQuoted ? `"${content.join('')}"` : content.join('')
}

test('a quote that is left open at the end is a truncated input, in chunks of any size', () => {
  for (const text of ['a,b\n1,"2', 'a,b\n1,"2\n3,4\n', 'a,b\n1,"', 'a,b\n1,"""']) {
    everyChunk(text, (chunk) => {
      const error = failure(() => read(text, chunk))
      expect([text, chunk, error.message, error.isTruncated]).toEqual([
        text,
        chunk,
        'the input ends inside a quoted field',
        true,
      ])
    })
  }
})

test('text after the quote that closes a field is an error that tells its place', () => {
  everyChunk('a,b\n"1"2,3\n', (chunk) => {
    const error = failure(() => read('a,b\n"1"2,3\n', chunk))
    expect([error.message, error.offset, error.isTruncated]).toEqual([
      'expected a delimiter or a line end after the quote that closes a field',
      7,
      false,
    ])
  })
})

test('a quote within a field that nobody asked for is a byte like all others', () => {
  const text = 'a,b,c,d\n1,2,x"\n3,4,y",z\n5,6,"x,\n""",z\n7,8,x,"y"\n'

  everyChunk(text, (chunk) =>
    expect([chunk, read(text, chunk, {}, [0]).records.slice(1)]).toEqual([chunk, [['1'], ['3'], ['5'], ['7']]]),
  )
})

test('a first line that does not end is refused before it is all there', () => {
  const scanner = new DelimitedScanner(() => undefined, { maxRecordBytes: 6 })

  expect(() => scanner.push(Buffer.from('abcdefgh'))).toThrow('a record longer than 6 bytes')
})

test('a record may be as long as the limit and no longer, in chunks of any size', () => {
  const options = { maxRecordBytes: 6 }

  expect(read('ab,"cd"\n', undefined, { maxRecordBytes: 7 }).records).toEqual([['ab', 'cd']])
  for (const text of ['a\nab,"cd"\n', 'a\nabcdefg\n', 'a\nabcdefgh', 'abcdefgh', 'a\n"\n\n\n\n\n\n\n\n\n']) {
    everyChunk(text, (chunk) => {
      expect([text, failure(() => read(text, chunk, options)).message]).toEqual([text, 'a record longer than 6 bytes'])
    })
  }
})

test('1000 columns are read, 1001 are an error', () => {
  const row = (columns: number, field: string) => `${Array.from({ length: columns }, () => field).join(',')}\n`

  expect(read(row(1000, '1')).records[0]).toHaveLength(1000)
  for (const field of ['1', '"1"'])
    expect(failure(() => read(row(1001, field))).message).toBe('a record with more than 1000 columns')
})

test('the delimiter is the one that the first line holds most of outside of quotes', () => {
  expect(read('a;b;"c,,,"\n1,2;3;4\n').records[1]).toEqual(['1,2', '3', '4'])
  expect(read('a\tb,c\td\n1\t2\t3\n', 1).records[1]).toEqual(['1', '2', '3'])
  expect(read('a\n1,2\n').records[1]).toEqual(['1', '2'])
  expect(read('a;b').records).toEqual([['a', 'b']])
})

test('numbers come from the bytes: digits, and decimals as Number reads them', () => {
  const numbers = [
    '0',
    '17',
    '9007199254740993',
    '1795377061.123456',
    '-0.25',
    '1e-05',
    '51.234567890123456789',
    '5.95928670808618943',
    '5.',
  ]
  const others = ['', '-', '.5', '1.2.3', 'NaN', 'Infinity', '0x10', ' 1', '1 ', '1e', '+1']
  const digits: number[] = []
  const decimals: number[] = []
  const scanner = new DelimitedScanner(
    (fields) => {
      digits.push(fields.digits(1))
      decimals.push(fields.decimal(1))
    },
    { delimiter: ',' },
  )
  pushInChunks(scanner, Buffer.from([...numbers, ...others].map((text) => `x,${text}\n`).join('')))

  expect(decimals.slice(0, numbers.length)).toEqual(numbers.map(Number))
  expect(decimals.slice(numbers.length)).toEqual(others.map(() => Number.NaN))
  expect(digits.slice(0, 4)).toEqual([0, 17, Number.MAX_SAFE_INTEGER, Number.NaN])
})

test('a record knows its number and its offset; blank lines have none', () => {
  const seen: [number, number][] = []
  const text = 'a,b\n\n"1\n2",3\r\n\r\n4,5\n'
  const scanner = new DelimitedScanner(({ number, offset }) => seen.push([number, offset]))

  pushInChunks(scanner, Buffer.from(text), 3)

  expect(seen).toEqual([
    [1, 0],
    [2, 5],
    [3, 16],
  ])
})

test('nothing is read after an error', () => {
  const scanner = new DelimitedScanner(() => {
    throw new Error('from the handler')
  })

  expect(() => scanner.push(Buffer.from('a\n'))).toThrow('from the handler')
  expect(() => scanner.push(Buffer.from('b\n'))).toThrow('nothing can be read after an error')
})

function failure(act: () => unknown): ScanError {
  try {
    act()
  } catch (error) {
    if (error instanceof ScanError) return error
    throw error
  }
  throw new Error('nothing failed')
}
