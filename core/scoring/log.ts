/** Facts of an event: numbers, names, words. Never what a client sent or was answered. */
export type Facts = Readonly<Record<string, string | number | boolean | undefined>>

/** Tells one event of the server's life. */
export type Log = (event: string, facts?: Facts) => void

/** Writes each event as one line of JSON: `{"at":"2026-…","event":"ready",…}`. */
export function lineLog(stream: NodeJS.WritableStream): Log {
  // Whoever started the server may be gone and nobody listens any more; that is no reason to stop serving.
  stream.on('error', () => undefined)
  return (event, facts = {}) => {
    stream.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`)
  }
}
