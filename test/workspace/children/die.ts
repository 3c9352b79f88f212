// Loaded before a child: ends it as a power cut would, before its n-th operation on the file system (TRAINYARD_DIE_AT).
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const dieAt = Number(process.env['TRAINYARD_DIE_AT'])
let count = 0

type Operation = (...args: unknown[]) => unknown

/** Puts the counting before a method. */
function countCalls(owner: object, name: string): void {
  const operation = Reflect.get(owner, name) as Operation
  Reflect.set(owner, name, function counted(this: unknown, ...args: unknown[]) {
    count += 1
    if (count === dieAt) process.kill(process.pid, 'SIGKILL')
    return operation.apply(this, args)
  })
}

for (const name of ['link', 'mkdir', 'open', 'readFile', 'readdir', 'rename', 'rm', 'stat', 'utimes', 'writeFile']) {
  countCalls(fs.promises, name)
}
const handle = await fs.promises.open(process.execPath)
const prototype: object = Object.getPrototypeOf(handle) as object
for (const name of ['write', 'writeFile', 'sync', 'close']) countCalls(prototype, name)
await handle.close()
count = 0
syncBuiltinESMExports()
