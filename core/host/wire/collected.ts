import { StringDecoder } from 'node:string_decoder'
import { ExternalError, errorMessage } from '../../errors/errors.ts'
import type { LoudExecOptions } from './wire.ts'

/** Takes a tool's output piece by piece, hands it on while it comes, and holds the whole of it. */
export function collected(stream: 'stdout' | 'stderr', onText: LoudExecOptions['onText']) {
  const decoder = new StringDecoder('utf8')
  let text = ''
  return {
    take: (data: Buffer): void => {
      const part = decoder.write(data)
      text += part
      onText?.(part, stream)
    },
    text: () => text + decoder.end(),
  }
}

/** That a short tool could not be started. */
export function toolNotStarted(command: string, cause: unknown): ExternalError {
  return new ExternalError({
    code: 'TY0503',
    facts: { operation: `start ${command}` },
    details: errorMessage(cause),
    cause,
  })
}
