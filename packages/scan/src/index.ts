export type { JsonHandler, LineHandler, Scanner, XmlHandler, XmlTag } from './events.ts'
export { ScanError } from './scan-error.ts'
