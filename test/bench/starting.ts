import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { nodes } from '../support/nodes.ts'
import { type Bench, fixed, inTurn, median, time } from './timing.ts'

const rounds = 15

/** What a step costs before it does anything: an entry that ends because its inputs are missing, against bare `node -e 0`. */
export const starting: Bench = {
  name: 'start',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'trainyard-bench-'))
    const lines: string[] = []
    try {
      for (const { name, path } of nodes()) {
        for (const [face, entry] of [
          ['action', 'actions/dist/fetch.mjs'],
          ['task', 'tasks/fetch/dist/main.mjs'],
        ] as const) {
          const env = { PATH: process.env['PATH'], HOME: folder, AGENT_TEMPDIRECTORY: folder, RUNNER_TEMP: folder }
          const ours = () => time({ command: [path, resolve(entry)], cwd: folder, env })
          const bare = () => time({ command: [path, '-e', '0'], cwd: folder, env })
          const [mine, theirs] = await inTurn(rounds, ours, bare)
          const [a, b] = [median(mine.map(({ ms }) => ms)), median(theirs.map(({ ms }) => ms))]
          lines.push(
            `start   ${name} ${face.padEnd(7)} ${fixed(a)} ms against ${fixed(b)} ms of bare node: ratio ${fixed(a / b, 2)}`,
          )
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    return lines
  },
}
