import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { codeDigest } from './code-digest.ts'
import { workerModule } from './pool.ts'

const folder = mkdtempSync(join(tmpdir(), 'trainyard-digest-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)
const urlOf = (name: string) => pathToFileURL(join(folder, name))
const digest = () => codeDigest(urlOf('main.ts'), urlOf('lock.json'))

beforeEach(() => {
  write('lock.json', '{}')
  write('main.ts', "import {\n  one,\n  two,\n} from './near.ts'\nexport type { T } from './types.ts'\n")
  write('near.ts', "import { readFileSync } from 'node:fs'\nimport { main } from './main.ts'\nimport './far.ts'\n")
  write('types.ts', 'export type T = 1\n')
  write('far.ts', 'console.log(1)\n')
  write('other.ts', '')
})

describe('the digest of code', () => {
  it.each(['main.ts', 'near.ts', 'far.ts', 'types.ts', 'lock.json'])('changes with %s', (name) => {
    const before = digest()
    write(name, '// nothing\n')

    expect(digest()).not.toBe(before)
  })

  it('stays the same where nothing changes that is imported', () => {
    const before = digest()
    write('other.ts', 'console.log(2)\n')

    expect(digest()).toBe(before)
  })

  it('reads all that the gate decides with', () => {
    const root = new URL('../../../../', import.meta.url)

    expect(codeDigest(workerModule, new URL('package-lock.json', root))).toMatch(/^[0-9a-f]{16}$/)
  })
})
