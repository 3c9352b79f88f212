// Loaded before a child: prints on stderr, at its end, what the child synced in a folder (TRAINYARD_COUNT_IN), in order, and the
// names that it gave between.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const folder = process.env['TRAINYARD_COUNT_IN'] ?? ''
const seen: string[] = []

type Operation = (...args: unknown[]) => unknown
type Open = (path: unknown, ...args: unknown[]) => Promise<fs.promises.FileHandle>

const note = (what: string, path: unknown) => {
  if (typeof path === 'string' && path.startsWith(folder)) seen.push(`${what} ${path.slice(folder.length) || '/'}`)
}

const open = Reflect.get(fs.promises, 'open') as Open
Reflect.set(fs.promises, 'open', async function noted(path: unknown, ...args: unknown[]) {
  const handle = await open(path, ...args)
  const sync = handle.sync.bind(handle)
  handle.sync = async () => {
    await sync()
    note('sync', path)
  }
  return handle
})
for (const name of ['rename', 'link']) {
  const operation = Reflect.get(fs.promises, name) as Operation
  Reflect.set(fs.promises, name, async function noted(from: unknown, to: unknown) {
    await operation(from, to)
    note('name', to)
  })
}
syncBuiltinESMExports()
process.once('exit', () => {
  fs.writeSync(2, JSON.stringify(seen))
})
