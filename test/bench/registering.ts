import { createWriteStream } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { randomFillSync } from 'node:crypto'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Bench, fixed, inTurn, median, time } from './timing.ts'

const rounds = 3
const gibibyte = 1024 ** 3

/** Registering a file of 1 GiB in a folder, hashed and durable, against `sha256sum` and then `cp` (which does not sync). */
export const registering: Bench = {
  name: 'register',
  async run() {
    const folder = await mkdtemp(join(tmpdir(), 'trainyard-bench-'))
    try {
      const file = join(folder, 'model.bin')
      await writeRandom(file, gibibyte)
      let round = 0
      const ours = async () => {
        round += 1
        const project = join(folder, `project-${round}`)
        await mkdir(project, { recursive: true })
        await copyFile(file, join(project, 'model.bin'))
        const command = [
          process.execPath,
          resolve('dist/cli/trainyard.mjs'),
          'register',
          '--model',
          'large',
          '--files',
          'model.bin',
        ]
        const timed = await time({ command, cwd: project, env: { PATH: process.env['PATH'], HOME: folder } })
        if (timed.exitCode !== 0) throw new Error(`register ended with ${timed.exitCode}`)
        await rm(project, { recursive: true })
        return timed
      }
      const theirs = async () => {
        const env = { PATH: process.env['PATH'] }
        const sum = await time({ command: ['sha256sum', file], env })
        const copy = await time({ command: ['cp', file, join(folder, 'copy.bin')], env })
        await rm(join(folder, 'copy.bin'))
        return { ...sum, ms: sum.ms + copy.ms }
      }
      const [mine, peers] = await inTurn(rounds, ours, theirs)
      const [a, b] = [median(mine.map(({ ms }) => ms)), median(peers.map(({ ms }) => ms))]
      const peak = median(mine.map(({ peakBytes }) => peakBytes)) / 1024 ** 2
      return [
        `register 1 GiB: ${fixed(a / 1000, 2)} s against ${fixed(b / 1000, 2)} s of sha256sum + cp: ratio ${fixed(a / b, 2)}; peak memory ${fixed(peak, 0)} MiB`,
      ]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function writeRandom(file: string, size: number): Promise<void> {
  const stream = createWriteStream(file)
  const block = new Uint8Array(1024 ** 2)
  for (let written = 0; written < size; written += block.length) {
    randomFillSync(block)
    if (!stream.write(Buffer.from(block))) await once(stream, 'drain')
  }
  stream.end()
  await once(stream, 'close')
}
