import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { snapshotFiles } from '../../../core/engines/code/snapshot.ts'
import { InputError } from '../../../core/errors/errors.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-snapshot-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

function git(...args: readonly string[]): void {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org']
  execFileSync('git', [...identity, ...args], { cwd: folder, stdio: 'ignore' })
}

async function write(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), path)
  }
}

async function snapshot(below = folder) {
  const leftOut: string[] = []
  const files = await snapshotFiles(below, { onLeftOut: (path, why) => void leftOut.push(`${path} ${why}`) })
  return { paths: files.map(({ path }) => path), files, leftOut }
}

describe('in a git checkout', () => {
  beforeEach(() => {
    git('init', '-q')
  })

  test('the code is what git tracks and what it would add, as it is now', async () => {
    await write('train.py', 'gone.py', 'lib/ü b.py', '.gitignore')
    await writeFile(join(folder, '.gitignore'), 'data/\n*.log\n')
    git('add', '.')
    git('commit', '-qm', 'first')
    await rm(join(folder, 'gone.py'))
    await write('new.py', 'data/train.csv', 'debug.log', '.trainyard/ledger/1', '.venv/bin/python')
    await writeFile(join(folder, '.venv/.gitignore'), '*\n')

    const { paths, files, leftOut } = await snapshot()

    expect(paths).toEqual(['.gitignore', 'lib/ü b.py', 'new.py', 'train.py'])
    expect(files[3]).toEqual({ path: 'train.py', from: join(folder, 'train.py'), size: 8 })
    expect(leftOut).toEqual([])
  })

  test('paths are relative to the folder, also below the top of the checkout', async () => {
    await write('other.py', 'model/train.py', 'model/lib/a.py')

    expect((await snapshot(join(folder, 'model'))).paths).toEqual(['lib/a.py', 'train.py'])
  })

  test('links out of it, folders by link and other repositories are left out aloud', async () => {
    await write('train.py', 'nested/x.py', 'lib/a.py')
    execFileSync('git', ['init', '-q'], { cwd: join(folder, 'nested') })
    await symlink('/etc/passwd', join(folder, 'passwd'))
    await symlink('train.py', join(folder, 'alias.py'))
    await symlink('lib', join(folder, 'linked'))

    const { paths, leftOut } = await snapshot()

    expect(paths).toEqual(['alias.py', 'lib/a.py', 'train.py'])
    expect(leftOut).toEqual([
      'linked is a submodule, another repository or a link to a folder',
      'nested/ is a submodule, another repository or a link to a folder',
      'passwd is a link that leads out of the folder, or nowhere',
    ])
  })

  test('a variable that points git elsewhere is not heeded', async () => {
    await write('train.py')
    const before = process.env['GIT_DIR']
    process.env['GIT_DIR'] = '/nowhere'
    try {
      expect((await snapshot()).paths).toEqual(['train.py'])
    } finally {
      if (before === undefined) delete process.env['GIT_DIR']
      else process.env['GIT_DIR'] = before
    }
  })

  test('too much of it is refused with the largest files and what to do', async () => {
    await write('train.py', 'data/a.csv', 'data/b.csv', 'c.bin', 'd.bin')
    await truncate(join(folder, 'data/a.csv'), 200 * 2 ** 20)
    await truncate(join(folder, 'data/b.csv'), 2 ** 20)

    const error: unknown = await snapshotFiles(folder).catch((thrown: unknown) => thrown)

    expect(error).toBeInstanceOf(InputError)
    expect(error).toHaveProperty(
      'details',
      expect.stringMatching(
        /^The code in .* is 201\.0 MB in 5 files; a run keeps at most 100\.0 MB in 20000 files\.\nThe largest: data\/a\.csv \(200\.0 MB\), data\/b\.csv \(1\.0 MB\), .*\nAdd data and built files to \.gitignore\./,
      ),
    )
    await expect(snapshotFiles(folder, { maxBytes: 2 ** 30, maxFiles: 4 })).rejects.toThrow(InputError)
  })
})

describe('in a folder that is no checkout', () => {
  test('the code is every file but what tools leave behind', async () => {
    await write(
      'train.py',
      'lib/a.py',
      '.env.example',
      'node_modules/x/index.js',
      '.venv/bin/python',
      'lib/__pycache__/a.pyc',
    )
    await write('.trainyard/ledger/1')
    await symlink('/etc/passwd', join(folder, 'passwd'))

    const { paths, leftOut } = await snapshot()

    expect(paths).toEqual(['.env.example', 'lib/a.py', 'train.py'])
    expect(leftOut).toEqual(['passwd is a link that leads out of the folder, or nowhere'])
  })
})
