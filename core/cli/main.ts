import { render } from '../errors/render.ts'
import { runProgram } from './program.ts'

try {
  await runProgram(process.argv.slice(2))
} catch (error) {
  const { hostFor } = await import('./host-for.ts')
  const host = hostFor({ inputs: new Map(), outputFile: undefined }, { inputs: {} })
  host.finish({ kind: 'failed', rendered: render(error, (text) => host.redact(text)) })
}
