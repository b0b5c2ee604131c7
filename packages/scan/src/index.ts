export { BigEndianCursor, NOT_YET } from './big-endian-cursor.ts'
export { decimalOf } from './decimal.ts'
export { decodeText } from './decode-text.ts'
export type { DelimitedFields } from './delimited-fields.ts'
export type { PlainColumns, PlainRows } from './delimited-kernel.ts'
export {
  type DelimitedOptions,
  DelimitedScanner,
  type PlainRowsHandler,
  type RecordHandler,
} from './delimited-scanner.ts'
export { type Delimiter, detectDelimiter } from './delimiter.ts'
export { endOrCut } from './end-or-cut.ts'
export type { JsonHandler, LineHandler, Scanner, XmlHandler, XmlTag } from './events.ts'
export { digitsOf, textOf } from './fields.ts'
export { type JsonLimits, JsonScanner } from './json-scanner.ts'
export { type LineLimits, LineScanner, type UsualLine } from './line-scanner.ts'
export { pushAll } from './push-all.ts'
export { ScanError } from './scan-error.ts'
export { openSource, type Source, type SourceFacts, type SourceOptions } from './source.ts'
export { type XmlLimits, XmlScanner } from './xml-scanner.ts'
