import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../../scripts/lib/sources.mjs'
import { nodes } from '../support/nodes.ts'

/** What a child process is given as its one argument, in JSON. */
export interface Orders {
  readonly step: 'deploy-canary' | 'promote'
  readonly folder: string
  readonly temp: string
  readonly inputs: Readonly<Record<string, string>>
}

/** Only Node 24 runs TypeScript as it is. */
const node = nodes().find(({ name }) => name === 'node24')?.path ?? process.execPath

/** Runs a step in a process of its own, and kills it after some time, if it has not ended. Says whether it ended by itself. */
export async function killedAfter(ms: number, orders: Orders): Promise<boolean> {
  const child = spawn(node, [join(root, 'test/deploy-canary/child.ts'), JSON.stringify(orders)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  // The time begins when the child does something, not while Node reads the sources.
  await Promise.race([once(child.stdout, 'data'), ended])
  await Promise.race([sleep(ms), ended])
  child.kill('SIGKILL')
  await ended
  return child.signalCode === null
}
