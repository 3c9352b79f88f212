import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const imports = /^(?:import|export) [^'"]*?from '(\.[^']+)'$|^import '(\.[^']+)'$/gm

/** The digest of a module, of all of this checkout that it imports, of the locked packages, and of the Node that runs it. */
export function codeDigest(module: URL, lock: URL): string {
  const hash = createHash('sha256').update(process.version).update(readFileSync(lock))
  const known = new Map<string, string>()
  const left = [module]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (known.has(next.href)) continue
    const text = readFileSync(fileURLToPath(next), 'utf8')
    known.set(next.href, text)
    for (const [, from, bare] of text.matchAll(imports)) left.push(new URL(from ?? bare ?? '', next))
  }
  const sorted = [...known].toSorted(([one], [other]) => (one < other ? -1 : 1))
  for (const [, text] of sorted) hash.update(`${text.length}\n${text}`)
  return hash.digest('hex').slice(0, 16)
}
