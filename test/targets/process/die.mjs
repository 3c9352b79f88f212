// Loaded before a step (`node --import die.mjs step.ts`): ends it as `kill -9` would, at its n-th operation that others can see
// (TRAINYARD_DIE_AT): before a file is written, linked, renamed or removed and before a signal is sent, and right after a
// process was started. Without a number it only says at the end how many there were.
import childProcess from 'node:child_process'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const dieAt = Number(process.env['TRAINYARD_DIE_AT'] ?? 0)
let count = 0

/**
 * @param {object} owner
 * @param {string} name
 * @param {'before' | 'after'} when
 */
function countCalls(owner, name, when) {
  const operation = /** @type {(...args: unknown[]) => unknown} */ (Reflect.get(owner, name))
  Reflect.set(
    owner,
    name,
    /**
     * @this {unknown}
     * @param {unknown[]} args
     */
    function counted(...args) {
      count += 1
      const dies = count === dieAt
      if (dies && when === 'before') die()
      const result = operation.apply(this, args)
      if (dies) die()
      return result
    },
  )
}

const kill = process.kill.bind(process)

function die() {
  kill(process.pid, 'SIGKILL')
}

for (const name of ['link', 'mkdir', 'open', 'rename', 'rm']) countCalls(fs.promises, name, 'before')
countCalls(fs, 'rmSync', 'before')
countCalls(childProcess, 'spawn', 'after')
countCalls(process, 'kill', 'before')
syncBuiltinESMExports()
process.on('exit', () => process.stdout.write(`${count} operations\n`))
