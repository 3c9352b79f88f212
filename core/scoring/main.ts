// The scoring server: `node serve.mjs` in a folder with serve.json (core/scoring/config.ts says what that is).
import { constants } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { asText, render } from '../errors/render.ts'
import { readArguments } from './arguments.ts'
import { lineLog } from './log.ts'
import { serve } from './serve.ts'

const log = lineLog(process.stdout)
const stop = new AbortController()

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    // Whoever asks twice does not want to wait for what is in flight.
    if (stop.signal.aborted) process.exit(128 + constants.signals[signal])
    stop.abort()
  })
}

try {
  const { config, readyFile, ...rest } = readArguments(process.argv.slice(2))
  const replaced = readyFile === undefined ? rest : { ...rest, readyFile: resolve(readyFile) }
  const beside = join(dirname(fileURLToPath(import.meta.url)), 'serve.json')
  await serve({ file: config === undefined ? beside : resolve(config), replaced, log, stop: stop.signal })
} catch (error) {
  const rendered = render(error, (text) => text)
  log('failed', { code: rendered.code, error: asText(rendered) })
  process.exitCode = rendered.exitCode
}
