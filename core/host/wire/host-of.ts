import type { Redactor } from '../../errors/redact.ts'
import type { Host, Outcome } from '../host.ts'
import type { Cancellation } from './cancellation.ts'
import { toolEnvironment } from './child-environment.ts'
import { endOf, leftoverText } from './end-of.ts'
import { inputText } from './input-text.ts'
import { LineBuffer } from './line-buffer.ts'
import { announcing } from './mask.ts'
import { Printer } from './printer.ts'
import type { Wire } from './wire.ts'

/** What a driver brings along with its wire. */
export interface Parts {
  readonly wire: Wire
  readonly redactor: Redactor
  readonly cancellation: Cancellation
}

/** Makes a host of a wire: everything that all hosts promise alike is here and nowhere else. */
export function hostOf({ wire, redactor, cancellation }: Parts): Host {
  const redact = (text: string) => redactor.redact(text)
  const printer = new Printer(wire, redact)
  let isFinished = false
  return {
    id: wire.id,
    context: wire.context,
    env: wire.env,
    signal: cancellation.signal,
    get isFinished() {
      return isFinished
    },
    inputName: (name) => wire.inputName(name),
    input: (name) => inputText(wire.input(name)),
    output: (name, value) => wire.output(name, value),
    mask: announcing(redactor, wire),
    redact,
    log: printer.log(),
    summary: (markdown) => wire.summary(redact(markdown)),
    exec: executor(wire, printer, redact),
    idToken: (audience) => wire.idToken(audience),
    connection: (name, value) => wire.connection(name, value),
    saveState(name, value) {
      wire.saveState(stateName(name), value)
    },
    state(name) {
      const value = wire.state(stateName(name))
      return value === '' ? undefined : value
    },
    finish(outcome: Outcome) {
      if (isFinished) {
        // The first outcome stands; a failure that comes too late is at least told.
        const late = outcome.kind === 'failed' ? leftoverText(outcome.rendered) : undefined
        if (late !== undefined) printer.print(late)
        return
      }
      isFinished = true
      printer.close()
      wire.end(endOf(outcome, printer))
      cancellation.end()
    },
  }
}

/** Adds to a wire's `exec` the environment for tools, and the log for those that are loud. */
function executor(wire: Wire, printer: Printer, redact: (text: string) => string): Host['exec'] {
  return async (command, args, { isLoud = false, ...options } = {}) => {
    const env = options.env ?? toolEnvironment(wire.env)
    if (!isLoud) return wire.exec(command, args, { ...options, env })
    const lines = { stdout: new LineBuffer(redact), stderr: new LineBuffer(redact) }
    const show = (line: string) => printer.child(line)
    const onText = (text: string, stream: 'stdout' | 'stderr') => lines[stream].push(text).forEach(show)
    const result = await wire.exec(command, args, { ...options, env, onText })
    for (const stream of [lines.stdout, lines.stderr]) stream.flush().forEach(show)
    return result
  }
}

/** Both runners make an environment variable of a state's name; only letters come back unchanged from both. */
function stateName(name: string): string {
  if (!/^[A-Za-z]+$/.test(name)) throw new RangeError(`the name of a state is made of letters only: ${name}`)
  return name
}
