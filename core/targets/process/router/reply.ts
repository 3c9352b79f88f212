import type { ServerResponse } from 'node:http'

/** Answers with JSON of our own. A response that has begun, or whose client has left, is left alone. */
export function reply(
  response: ServerResponse,
  status: number,
  { body, headers = {} }: { readonly body: unknown; readonly headers?: Readonly<Record<string, string>> },
): void {
  if (response.headersSent || response.destroyed) return
  const text = `${JSON.stringify(body)}\n`
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}

/** Refuses in the form of the Open Inference Protocol: `{"error": "…"}`. */
export function refuse(
  response: ServerResponse,
  status: number,
  { error, headers = {} }: { readonly error: string; readonly headers?: Readonly<Record<string, string>> },
): void {
  reply(response, status, { body: { error }, headers })
}
