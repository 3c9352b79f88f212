import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { globFiles } from '../../../core/engines/code/glob.ts'
import { InputError } from '../../../core/errors/errors.ts'

let top = ''
let folder = ''

beforeAll(async () => {
  top = await mkdtemp(join(tmpdir(), 'trainyard-glob-'))
  folder = join(top, 'project')
  const files = ['a.onnx', 'Z.onnx', '.hidden', 'models/b.onnx', 'models/deep/c.onnx', 'models/notes.md', '.git/config']
  for (const path of [...files, '../secret/key.onnx', 'odd [1]/d.onnx']) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), path)
  }
  await symlink('b.onnx', join(folder, 'models/latest.bin'))
  await symlink('../models', join(folder, 'models/loop'))
  await symlink('models', join(folder, 'current'))
  await symlink('../secret', join(folder, 'out'))
  await symlink('../secret/key.onnx', join(folder, 'models/key.pem'))
  await symlink('nowhere', join(folder, 'models/broken.pem'))
})
afterAll(async () => {
  await rm(top, { recursive: true, force: true })
})

/** The subjects of the faults that patterns cause. */
async function refused(...patterns: readonly string[]): Promise<readonly string[]> {
  try {
    await globFiles(folder, patterns)
  } catch (error) {
    if (error instanceof InputError) return error.faults.map(({ subject, problem }) => `${subject} ${problem}`)
    throw error
  }
  return []
}

describe('files by pattern', () => {
  test.each<[patterns: string[], files: string[]]>([
    [['*.onnx'], ['Z.onnx', 'a.onnx']],
    [['**/*.onnx'], ['Z.onnx', 'a.onnx', 'models/b.onnx', 'models/deep/c.onnx', 'odd [1]/d.onnx']],
    [
      ['models/*.onnx', 'a.onnx', 'models/b.onnx'],
      ['a.onnx', 'models/b.onnx'],
    ],
    [['models/deep'], ['models/deep/c.onnx']],
    [['./models//deep/'], ['models/deep/c.onnx']],
    [['models/*.{md,onnx}'], ['models/b.onnx', 'models/notes.md']],
    [
      ['**/*.onnx', '!models', '!odd*'],
      ['Z.onnx', 'a.onnx'],
    ],
    [['.h*'], ['.hidden']],
    [['nothing/**', 'no.onnx'], []],
    [['.git/**', '.git/config'], []],
    [['a.onnx/x'], []],
  ])('%j', async (patterns, files) => {
    expect(await globFiles(folder, patterns)).toEqual(files)
  })

  test('a link to a file in the folder is that file, a link to a folder is entered where a pattern names it', async () => {
    expect(await globFiles(folder, ['models/latest.bin'])).toEqual(['models/latest.bin'])
    expect(await globFiles(folder, ['models/*.bin'])).toEqual(['models/latest.bin'])
    expect(await globFiles(folder, ['current/*.onnx'])).toEqual(['current/b.onnx'])
  })

  test('a link out of the folder, or to nowhere, is refused and not skipped', async () => {
    const why = `is a link that leads out of ${folder}, or nowhere`

    expect(await refused('models/*.pem')).toEqual([`models/broken.pem ${why}`, `models/key.pem ${why}`])
    expect(await refused('out/key.onnx')).toEqual([`out/key.onnx ${why}`])
    expect(await refused('out/**')).toEqual([`out ${why}`])
    expect(await refused('**', '!**/*.pem', '!out')).toEqual([])
  })

  test.each(['../secret/*', '/etc/*', 'models/../../secret/*', '!../x', 'C:/x', '\\\\server\\x'])(
    '%s is refused, since it leaves the folder',
    async (pattern) => {
      expect(await refused(pattern, '*.onnx')).toEqual([`${pattern} leaves the folder ${folder}`])
    },
  )
})
