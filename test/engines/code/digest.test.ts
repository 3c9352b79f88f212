import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { digestFile, digestFiles } from '../../../core/engines/code/digest.ts'

let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-digest-'))
  await mkdir(join(folder, 'sub'))
  await writeFile(join(folder, 'empty'), '')
  await writeFile(join(folder, 'sub/large'), Buffer.alloc(5_000_001, 'ab'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('the digest of a file', () => {
  test.each([
    ['empty', 0],
    ['sub/large', 5_000_001],
  ])('%s is what sha256sum says', async (path, size) => {
    const [expected] = execFileSync('sha256sum', [join(folder, path)], { encoding: 'utf8' }).split(' ')

    expect(await digestFile(join(folder, path))).toEqual({ digest: `sha256:${expected}`, size })
  })

  test('that is not there fails', async () => {
    await expect(digestFile(join(folder, 'gone'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

test('digests of many files come in the order of their paths', async () => {
  const paths = Array.from({ length: 20 }, (_, at) => (at % 3 === 0 ? 'sub/large' : 'empty'))

  const files = await digestFiles(folder, paths)

  expect(files.map(({ path }) => path)).toEqual(paths)
  expect(files.map(({ size }) => size)).toEqual(paths.map((path) => (path === 'empty' ? 0 : 5_000_001)))
})
