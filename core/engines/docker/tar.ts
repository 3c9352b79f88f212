import { once } from 'node:events'
import { Readable } from 'node:stream'
import type { Header, Pack } from 'tar-stream'

/** What is said of a file in an archive; the rest is as the library has it. */
export type EntryHeader = Partial<Header> & Pick<Header, 'name'>

/** Adds a file to an archive, no faster than the archive is read. */
export async function addEntry(archive: Pack, header: EntryHeader, content: AsyncIterable<unknown>): Promise<void> {
  const entry = archive.entry(header)
  const finished = once(entry, 'close')
  // Observed below; a failure on the way must not end the process.
  finished.catch(() => undefined)
  for await (const chunk of content) if (!entry.write(chunk)) await once(entry, 'drain')
  entry.end(undefined)
  await finished
}

/** An archive as a stream of Node, which reads it as it is made. */
export function streamOf(archive: Pack): Readable {
  return Readable.from(archive, { objectMode: false })
}
