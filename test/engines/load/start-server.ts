import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Mode, Seen } from './server.ts'

/** A server in a process of its own. */
export class LoadedServer implements AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.pid = child.pid ?? 0
    this.url = `http://127.0.0.1:${port}/infer`
  }

  static async start(mode: Mode): Promise<LoadedServer> {
    const child = fork(join(import.meta.dirname, 'server.ts'), [mode], { execArgv: [] })
    const [message] = (await once(child, 'message')) as [{ port: number }]
    return new LoadedServer(child, message.port)
  }

  async seen(): Promise<Seen> {
    this.#child.send('what have you seen?')
    const [message] = (await once(this.#child, 'message')) as [{ seen: Seen }]
    return message.seen
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const exit = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await exit
  }
}
