// Loaded before a child: prints on stderr, at its end, what the child read from a folder (TRAINYARD_COUNT_IN).
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const folder = process.env['TRAINYARD_COUNT_IN'] ?? ''
const paths = new Set<string>()

type Operation = (path: unknown, ...args: unknown[]) => unknown

for (const name of ['open', 'readFile', 'readdir', 'stat', 'lstat', 'access']) {
  const operation = Reflect.get(fs.promises, name) as Operation
  Reflect.set(fs.promises, name, function counted(this: unknown, path: unknown, ...args: unknown[]) {
    if (typeof path === 'string' && path.startsWith(folder)) paths.add(path.slice(folder.length))
    return operation.call(this, path, ...args)
  })
}
syncBuiltinESMExports()
process.once('exit', () => {
  fs.writeSync(2, JSON.stringify([...paths]))
})
