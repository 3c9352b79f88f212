import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PackageStore } from '../../core/targets/package-store.ts'

test('what is kept in a checkout is nothing to commit', async () => {
  const top = await mkdtemp(join(tmpdir(), 'trainyard-store-'))
  try {
    const [checkout, folder] = [join(top, 'checkout'), join(top, 'package')]
    for (const each of [checkout, folder]) await mkdir(each)
    await writeFile(join(folder, 'server.mjs'), 'serve()')
    const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: checkout, encoding: 'utf8' })
    git('init', '--quiet')
    const digest = `sha256:${'7'.repeat(64)}` as const
    const spec = { name: 'kettle', folder, digest, models: ['kettle@1'] }

    const kept = await new PackageStore(join(checkout, '.trainyard', 'serving')).keep({ spec, digest }, async () => ({
      digest,
    }))

    expect(await readFile(join(kept.folder, 'server.mjs'), 'utf8')).toBe('serve()')
    expect(git('status', '--porcelain', '--untracked-files=all')).toBe('')
  } finally {
    await rm(top, { recursive: true, force: true })
  }
})
