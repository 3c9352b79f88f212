import { spawn } from 'node:child_process'
import { once } from 'node:events'

/** What a child process did. */
export interface Ended {
  readonly exitCode: number | null
  readonly lines: readonly string[]
  readonly stderr: string
}

/** A running child. */
export interface Child {
  readonly ended: Promise<Ended>
  /** Resolves when it has printed so many lines, or has ended. */
  printed(lines: number): Promise<void>
  kill(): void
}

/** Starts a bundled child with one task on a Node binary. */
export function startChild(binary: string, args: readonly string[], task: object, env = process.env): Child {
  const child = spawn(binary, [...args, JSON.stringify(task)], { stdio: ['ignore', 'pipe', 'pipe'], env })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const closed = once(child, 'close') as Promise<[number | null]>
  const ended = closed.then(([exitCode]) => ({ exitCode, lines: stdout.split('\n').slice(0, -1), stderr }))
  return {
    ended,
    async printed(lines) {
      let isEnded = false
      void closed.then(() => {
        isEnded = true
      })
      while (!isEnded && stdout.split('\n').length - 1 < lines) await new Promise((resolve) => setTimeout(resolve, 5))
    },
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}
