import type { Scanner } from './events.ts'

/** Pushes every chunk and then the end. */
export async function pushAll(chunks: AsyncIterable<Uint8Array>, scanner: Scanner): Promise<void> {
  for await (const chunk of chunks) scanner.push(chunk)
  scanner.end()
}
