type Fields = Readonly<Record<string, unknown>>

/** What Slack would refuse or show wrongly in a message of an incoming webhook; empty: nothing. */
export function slackProblems(payload: unknown): string[] {
  const message = fieldsOf(payload)
  const blocks = listOf(message['blocks'])
  return [
    ...textProblems('text', message['text'], 40_000),
    ...(blocks.length > 50 ? [`${blocks.length} blocks, 50 are allowed`] : []),
    ...unknownKeys('message', message, ['text', 'blocks']),
    ...blocks.flatMap((block, at) => blockProblems(`blocks[${at}]`, fieldsOf(block))),
  ]
}

function blockProblems(path: string, block: Fields): string[] {
  switch (block['type']) {
    case 'header':
      return [
        ...unknownKeys(path, block, ['type', 'text']),
        ...objectProblems(`${path}.text`, block['text'], 'plain_text', 150),
      ]
    case 'section':
      return sectionProblems(path, block)
    case 'context': {
      const elements = listOf(block['elements'])
      return [
        ...unknownKeys(path, block, ['type', 'elements']),
        ...(elements.length < 1 || elements.length > 10
          ? [`${path}: ${elements.length} elements, 1 to 10 are allowed`]
          : []),
        ...elements.flatMap((one, at) => objectProblems(`${path}.elements[${at}]`, one, 'mrkdwn', 3000)),
      ]
    }
    case 'divider':
      return unknownKeys(path, block, ['type'])
    default:
      return [`${path}: a block of type ${JSON.stringify(block['type'])} is not ours`]
  }
}

function sectionProblems(path: string, block: Fields): string[] {
  const { text, fields } = block
  const all = listOf(fields)
  return [
    ...unknownKeys(path, block, ['type', 'text', 'fields']),
    ...(text === undefined && fields === undefined ? [`${path}: neither text nor fields`] : []),
    ...(text === undefined ? [] : objectProblems(`${path}.text`, text, 'mrkdwn', 3000)),
    ...(fields !== undefined && (all.length < 1 || all.length > 10)
      ? [`${path}: ${all.length} fields, 1 to 10 are allowed`]
      : []),
    ...all.flatMap((one, at) => objectProblems(`${path}.fields[${at}]`, one, 'mrkdwn', 2000)),
  ]
}

function objectProblems(path: string, value: unknown, type: 'mrkdwn' | 'plain_text', max: number): string[] {
  const object = fieldsOf(value)
  return [
    ...(object['type'] === type ? [] : [`${path}: type is ${JSON.stringify(object['type'])}, not ${type}`]),
    ...unknownKeys(path, object, type === 'plain_text' ? ['type', 'text', 'emoji'] : ['type', 'text', 'verbatim']),
    ...textProblems(path, object['text'], max),
  ]
}

// Everything that Slack reads as a command: a mention, or a link. Anything else must be an entity.
const MARKUP = /<(?:!here|!channel|!everyone|!subteam\^[A-Z0-9]+|@[UW][A-Z0-9]+|https?:\/\/[^\s<>|]+\|[^<>|]+)>/g

function textProblems(path: string, value: unknown, max: number): string[] {
  if (typeof value !== 'string') return [`${path}: no text`]
  const rest = value.replaceAll(MARKUP, '')
  return [
    ...(value.trim() === '' ? [`${path}: empty text`] : []),
    ...(value.length > max ? [`${path}: ${value.length} characters, ${max} are allowed`] : []),
    ...(/[<>]/.test(rest) ? [`${path}: a bare < or >`] : []),
    ...(/&(?!(?:amp|lt|gt);)/.test(value) ? [`${path}: a bare & or a cut entity`] : []),
    ...(/\p{Surrogate}/u.test(value) ? [`${path}: half a character`] : []),
  ]
}

function unknownKeys(path: string, object: Fields, known: readonly string[]): string[] {
  return Object.keys(object)
    .filter((key) => !known.includes(key))
    .map((key) => `${path}: ${key} is not allowed`)
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? { ...value } : {})
