import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scratch } from '../workspace/places.ts'
import { runCli } from './run-cli.ts'
import { seed } from './seed.ts'

test('versions are archived, shown with --all, taken back and deleted; files go with gc, when it is told yes', async () => {
  const folder = scratch()
  try {
    const { runs } = await seed(folder, join(folder, 'kept'))
    writeFileSync(
      join(folder, 'trainyard.yml'),
      'version: 1\nworkspace:\n  url: kept\n  retention: { runs: 1, failed: 1s, keep: [deployed] }\n',
    )
    const at = (...args: readonly string[]) => runCli(args, { cwd: folder })
    const [model = ''] = (await at('models')).stdout.split('\n')[1]?.split(' ') ?? []
    const listed = async (...more: readonly string[]) =>
      [...(await at('models', model, ...more)).stdout.matchAll(/@(\d)/g)].map(([, number]) => Number(number))
    const all = await listed()
    // The newest has an alias, the oldest has none.
    const oldest = `${model}@${Math.min(...all)}`

    const named = await at('archive', `${model}@champion`, '--reason', 'x')
    expect(named.stderr).toContain('does not name a version by its number')
    expect((await at('archive', oldest)).stderr).toContain('--reason')
    expect((await at('archive', oldest, '--reason', 'old')).stdout).toBe(`${oldest} is archived.\n`)
    expect(await listed()).not.toContain(1)
    expect(await listed('--all')).toEqual(all)
    expect((await at('models', model, '--all')).stdout).toContain('(archived)')
    const undone = await at('archive', oldest, '--undo', '--reason', 'needed')
    expect(undone.stdout).toBe(`${oldest} is no longer archived.\n`)
    expect((await at('delete', oldest, '--reason', 'wrong')).stdout).toBe(`${oldest} is deleted.\n`)

    await new Promise((resolve) => setTimeout(resolve, 1100))
    const dry = await at('gc', '--older-than', '1ms', '--why')
    expect(dry.stdout).toMatch(/Retention would let the files of \d runs? go:\nRUN +MODEL +BECAUSE\n/)
    expect(dry.stdout).toMatch(/it is among the newest 1 runs/)
    const [, count = ''] = /Would remove (\d+) files? \(\d+ bytes\) that nothing refers to/.exec(dry.stdout) ?? []
    expect(Number(count)).toBeGreaterThan(0)
    expect(dry.stdout).toContain('Nothing was removed: `trainyard gc --yes` does it.')
    const done = await at('gc', '--older-than', '1ms', '--yes')
    expect(done.stdout).toContain(`Removed ${count} file`)
    const again = JSON.parse((await at('gc', '--older-than', '1ms', '--yes', '--json')).stdout) as object
    expect(again).toMatchObject({ isDone: true, goes: [], files: 0, bytes: 0 })
    expect((await at('audit')).stdout).toMatch(/pruned, its files are let go: it failed 0 days ago/)
    expect(JSON.parse((await at('runs', '--json')).stdout)).toHaveLength(runs.length)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
