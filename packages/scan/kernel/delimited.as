// The inner loops of DelimitedScanner in AssemblyScript, which is TypeScript with the number types of WebAssembly.
// scripts/kernel-source.ts compiles it into src/delimited-kernel-bytes.ts. It allocates nothing and knows no memory but
// what is laid out here. Whatever is not plain it refuses, and the loops in TypeScript read that in its place.

/** Where `rows` stopped: the record that it did not take, and its first edge. */
const STOPS: i32 = 1008
// The window: 256 KiB of text, and what a block that begins within it may reach behind it.
const WINDOW: i32 = 1024
const MOST_TEXT: i32 = 262_144
/** Where fields end, the delimiter or line feed behind each; the one before the first record is at -1. */
const EDGES: i32 = WINDOW + MOST_TEXT + 128
/** Columns of a row at most, and what a block writes too many. */
const MOST_BEHIND: i32 = 1024
/** Where records end. */
const ENDS: i32 = EDGES + (MOST_TEXT + MOST_BEHIND) * 4
/** Plain rows, one array for each of their values. */
const MOST_ROWS: i32 = 4096
const STARTS: i32 = ENDS + (MOST_TEXT + 16) * 4
const DURATIONS: i32 = STARTS + MOST_ROWS * 8
const LABELS: i32 = DURATIONS + MOST_ROWS * 4
const USERS: i32 = LABELS + MOST_ROWS * 4
/** Labels by the hash of their bytes: hash, number, place, length. A place of 0 is free. */
const SLOTS: i32 = USERS + MOST_ROWS * 4
const SLOT_BITS: i32 = 14
/** Labels that fall on one place: so many are looked at, then one of them goes. */
const WAYS: i32 = 4
const TEXTS: i32 = SLOTS + (1 << (SLOT_BITS + 4))
const MOST_TEXTS: i32 = 262_144
const LONGEST_LABEL: i32 = 256

const LF: i32 = 10
const CR: i32 = 13
const QUOTE: i32 = 34
const LETTER_N: i32 = 78
/** "true" and "0000 0000" as little-endian words. */
const TRUE: u32 = 0x65757274
const ZEROS: u64 = 0x3030303030303030
const TIME_DIGITS: i32 = 13
const MOST_DIGITS: i32 = 8

export const window: i32 = WINDOW
export const mostText: i32 = MOST_TEXT
export const edges: i32 = EDGES
export const ends: i32 = ENDS
export const starts: i32 = STARTS
export const durations: i32 = DURATIONS
export const labels: i32 = LABELS
export const users: i32 = USERS
export const mostRows: i32 = MOST_ROWS
export const stops: i32 = STOPS

let width: i32 = 0
let timeColumn: i32 = 0
let durationColumn: i32 = 0
let labelColumn: i32 = 0
let successColumn: i32 = 0
let messageColumn: i32 = -1
let usersColumn: i32 = -1
let textsEnd: i32 = TEXTS

function places(at: i32, byte: v128): u64 {
  const first = <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at), byte)))
  const second = <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at + 16), byte)))
  const third = <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at + 32), byte)))
  const fourth = <u64>(<u32>i8x16.bitmask(i8x16.eq(v128.load(at + 48), byte)))
  return first | (second << 16) | (third << 32) | (fourth << 48)
}

/** A bit is set from an odd bit of `bits` to before the next even one. */
function between(bits: u64): u64 {
  bits ^= bits << 1
  bits ^= bits << 2
  bits ^= bits << 4
  bits ^= bits << 8
  bits ^= bits << 16
  return bits ^ (bits << 32)
}

/**
 * Finds where the fields and records of the first `end` bytes end, 64 bytes at a time. Returns how many records are
 * complete; -1 where a quote stands anywhere but around a field or doubled within one: what that means is not for here.
 */
export function index(end: i32, delimiter: i32): i32 {
  const delimiters = i8x16.splat(<i8>delimiter)
  const lineFeeds = i8x16.splat(<i8>LF)
  const returns = i8x16.splat(<i8>CR)
  const quotes = i8x16.splat(<i8>QUOTE)
  // What the block before left: all bits while within quotes; bit 0 for the kind of its last byte.
  let inside: u64 = 0
  let afterEdge: u64 = 1
  let afterClosing: u64 = 0
  let afterReturn: u64 = 0
  let toEdge = EDGES
  let toEnd = ENDS
  for (let at = 0; at < end; at += 64) {
    const known: u64 = end - at < 64 ? ((<u64>1) << (end - at)) - 1 : ~(<u64>0)
    let lines = places(WINDOW + at, lineFeeds) & known
    let found = (places(WINDOW + at, delimiters) & known) | lines
    const quoted = places(WINDOW + at, quotes) & known
    if ((quoted | inside | afterClosing | afterReturn) != 0) {
      const within = between(quoted) ^ inside
      const opening = quoted & within
      const closing = quoted & ~within
      found &= ~within
      lines &= ~within
      // A quote opens a field at its start, or is the second of two.
      if ((opening & ~(((found | closing) << 1) | afterEdge | afterClosing)) != 0) return -1
      // Behind one that closes comes an edge, or CRLF, or the second of two.
      const behind = ((closing << 1) | afterClosing) & known
      const atReturn = behind & places(WINDOW + at, returns)
      if ((behind & ~(found | opening | atReturn)) != 0) return -1
      if ((((atReturn << 1) | afterReturn) & known & ~lines) != 0) return -1
      inside = <u64>((<i64>within) >> 63)
      afterClosing = closing >> 63
      afterReturn = atReturn >> 63
    }
    afterEdge = found >> 63
    let count = <i32>popcnt(found)
    while (count > 0) {
      // Four at once, whatever there is: the next block writes over what was too many.
      store<i32>(toEdge, at + <i32>ctz(found))
      found &= found - 1
      store<i32>(toEdge, at + <i32>ctz(found), 4)
      found &= found - 1
      store<i32>(toEdge, at + <i32>ctz(found), 8)
      found &= found - 1
      store<i32>(toEdge, at + <i32>ctz(found), 12)
      found &= found - 1
      toEdge += (count < 4 ? count : 4) << 2
      count -= 4
    }
    while (lines != 0) {
      store<i32>(toEnd, at + <i32>ctz(lines))
      toEnd += 4
      lines &= lines - 1
    }
  }
  // A row that is short looks for its last edge here: what the window before left would be taken for it.
  memory.fill(toEdge, 0xff, MOST_BEHIND << 2)
  return (toEnd - ENDS) >> 2
}

/** What a plain row is: so many columns, and where in it the values are. -1: there is no such column. */
export function plain(
  columns: i32,
  time: i32,
  duration: i32,
  label: i32,
  success: i32,
  message: i32,
  active: i32,
): void {
  width = columns
  timeColumn = time
  durationColumn = duration
  labelColumn = label
  successColumn = success
  messageColumn = message
  usersColumn = active
}

function startOf(first: i32, column: i32): i32 {
  return load<i32>(EDGES + ((first + column - 1) << 2)) + 1
}

function endOf(first: i32, column: i32): i32 {
  return load<i32>(EDGES + ((first + column) << 2))
}

/** The number of eight digits, the first in the lowest byte; -1 where one is none. */
function eightDigits(word: u64): i64 {
  const digits = word ^ ZEROS
  if (((digits + 0x0606060606060606) | digits) & 0xf0f0f0f0f0f0f0f0) return -1
  const pairs = ((digits * 10) + (digits >> 8)) & 0x00ff00ff00ff00ff
  const fours = ((pairs * 100) + (pairs >> 16)) & 0x0000ffff0000ffff
  return <i64>(((fours * 10_000) + (fours >> 32)) & 0xffffffff)
}

/** Up to eight digits; -1 where there is none, or more, or anything else. */
function digits(start: i32, end: i32): i32 {
  const length = end - start
  if (length < 1 || length > MOST_DIGITS) return -1
  const gap = <u64>((MOST_DIGITS - length) << 3)
  const word = load<u64>(WINDOW + start) << gap
  const filled = gap == 0 ? word : word | (ZEROS >> (64 - gap))
  return <i32>eightDigits(filled)
}

/** Over every byte. */
function hashOf(at: i32, length: i32): u32 {
  let hash: u64 = <u64>length * 0x9e3779b97f4a7c15
  const last = at + length - 8
  if (length < 8) {
    for (let i = 0; i < length; i++) hash = (hash ^ load<u8>(at + i)) * 0x9e3779b97f4a7c15
  } else {
    for (; at < last; at += 8) hash = ((hash ^ load<u64>(at)) * 0x9e3779b97f4a7c15) ^ (hash >> 32)
    hash = (hash ^ load<u64>(last)) * 0x9e3779b97f4a7c15
  }
  return <u32>(hash >> 32)
}

function isSame(a: i32, b: i32, length: i32): bool {
  if (length < 8) {
    for (let i = 0; i < length; i++) if (load<u8>(a + i) != load<u8>(b + i)) return false
    return true
  }
  const last = length - 8
  for (let i = 0; i < last; i += 8) if (load<u64>(a + i) != load<u64>(b + i)) return false
  return load<u64>(a + last) == load<u64>(b + last)
}

/** The slot of a hash, so many places on. */
function slotOf(hash: u32, way: i32): i32 {
  return SLOTS + <i32>((((hash >> (32 - SLOT_BITS)) + <u32>way) & ((1 << SLOT_BITS) - 1)) << 4)
}

/** The number of the label from `start` to `end` of the window; -1 where it was not learnt or was driven out. */
function labelAt(start: i32, end: i32): i32 {
  const at = WINDOW + start
  const length = end - start
  if (length > LONGEST_LABEL) return -1
  const hash = hashOf(at, length)
  for (let way = 0; way < WAYS; way++) {
    const slot = slotOf(hash, way)
    const place = load<i32>(slot, 8)
    if (place == 0) return -1
    if (load<u32>(slot) == hash && load<i32>(slot, 12) == length && isSame(at, place, length)) return load<i32>(slot, 4)
  }
  return -1
}

export function forget(): void {
  memory.fill(SLOTS, 0, 1 << (SLOT_BITS + 4))
  textsEnd = TEXTS
}

/** Remembers a label by its bytes in the window. It may drive another one out. */
export function learn(start: i32, end: i32, number: i32): void {
  const length = end - start
  if (length > LONGEST_LABEL || labelAt(start, end) == number) return
  if (textsEnd + length > TEXTS + MOST_TEXTS) forget()
  const hash = hashOf(WINDOW + start, length)
  let way = 0
  while (way < WAYS && load<i32>(slotOf(hash, way), 8) != 0) way++
  const slot = slotOf(hash, way < WAYS ? way : <i32>(hash & 3))
  memory.copy(textsEnd, WINDOW + start, length)
  store<u32>(slot, hash)
  store<i32>(slot, number, 4)
  store<i32>(slot, textsEnd, 8)
  store<i32>(slot, length, 12)
  textsEnd += length
}

/**
 * Takes plain rows from a record and its first edge on: of exactly so many columns, with 13 digits of time, up to eight
 * of duration, a learnt label, the word true, a message that begins no transaction. Returns how many; STOPS then tells
 * the first that is another, or the one behind the last.
 */
export function rows(fromRecord: i32, fromEdge: i32, records: i32): i32 {
  let first = fromEdge
  let count = 0
  const most = records - fromRecord < MOST_ROWS ? records - fromRecord : MOST_ROWS
  for (; count < most; count++) {
    if (load<i32>(ENDS + ((fromRecord + count) << 2)) != endOf(first, width - 1)) break
    const success = startOf(first, successColumn)
    if (endOf(first, successColumn) - success != 4 || load<u32>(WINDOW + success) != TRUE) break
    if (messageColumn >= 0) {
      const message = WINDOW + startOf(first, messageColumn)
      const letter = load<u8>(message)
      if (letter == LETTER_N || (letter == QUOTE && load<u8>(message + 1) == LETTER_N)) break
    }
    const time = startOf(first, timeColumn)
    if (endOf(first, timeColumn) - time != TIME_DIGITS) break
    const high = eightDigits(load<u64>(WINDOW + time))
    const low = digits(time + MOST_DIGITS, time + TIME_DIGITS)
    const duration = digits(startOf(first, durationColumn), endOf(first, durationColumn))
    if (high < 0 || (low | duration) < 0) break
    const label = labelAt(startOf(first, labelColumn), endOf(first, labelColumn))
    if (label < 0) break
    if (usersColumn >= 0) {
      const active = digits(startOf(first, usersColumn), endOf(first, usersColumn))
      if (active < 0) break
      store<i32>(USERS + (count << 2), active)
    }
    store<f64>(STARTS + (count << 3), <f64>(high * 100_000 + <i64>low))
    store<i32>(DURATIONS + (count << 2), duration)
    store<i32>(LABELS + (count << 2), label)
    first += width
  }
  store<i32>(STOPS, fromRecord + count)
  store<i32>(STOPS, first, 4)
  return count
}

/** The first edge behind a record, from its own first one. */
export function behind(ofRecord: i32, fromEdge: i32): i32 {
  const end = load<i32>(ENDS + (ofRecord << 2))
  let at = fromEdge
  while (load<i32>(EDGES + (at << 2)) < end) at++
  return at + 1
}
