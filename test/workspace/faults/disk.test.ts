import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { openWorkspace } from '../../../core/workspace/open.ts'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { skipAloud } from '../../support/tools.ts'
import { directoryPlace, inPlace, inside, openOptions, scratch } from '../places.ts'
import { keep, register, trail } from '../records.ts'

/** A disk of a megabyte that can be filled, and whose files can be made read-only. */
class SmallDisk implements Disposable {
  /** For the sources of a test, which are on another disk. */
  readonly folder = scratch()
  readonly url = join(this.folder, 'disk', 'workspace')
  readonly #mount = join(this.folder, 'disk')

  constructor() {
    execFileSync('mkdir', [this.#mount])
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', this.#mount])
  }

  readOnly(): void {
    execFileSync('mount', ['-o', 'remount,ro', this.#mount])
  }

  /** Something else takes the space, but for so many bytes. */
  fill(leftBytes: number): void {
    const free = Number(
      execFileSync('stat', ['-f', '-c', '%f %S', this.#mount], { encoding: 'utf8' })
        .split(' ')
        .map(Number)
        .reduce((a, b) => a * b),
    )
    writeFileSync(this.#filler, Buffer.alloc(Math.max(0, free - leftBytes)))
  }

  free(): void {
    rmSync(this.#filler)
  }

  async inside<T>(work: (workspace: Workspace) => Promise<T>): Promise<T> {
    const workspace = await openWorkspace(openOptions(this.url, this.folder))
    try {
      return await work(workspace)
    } finally {
      await workspace.close()
    }
  }

  async registerNext(): Promise<number> {
    return this.inside(async (workspace) => {
      const { version } = await register(workspace, await keep(workspace, this.folder, `model ${Math.random()}`))
      return version.version
    })
  }

  [Symbol.dispose](): void {
    execFileSync('umount', [this.#mount])
    rmSync(this.folder, { recursive: true, force: true })
  }

  get #filler(): string {
    return join(this.#mount, 'filler')
  }
}

describe('a disk', () => {
  beforeEach((context) => {
    if (process.platform !== 'linux' || process.getuid?.() !== 0)
      skipAloud(context, 'a disk of a test needs root on Linux')
  })

  test('that is full leaves whole versions, says so, and goes on when there is space again', async () => {
    using disk = new SmallDisk()
    expect(await disk.registerNext()).toBe(1)
    const outcomes = new Set<string>()
    // From no space at all on, so that each of the files of a registration is the one that does not fit.
    for (let leftBytes = 0; leftBytes <= 20_480; leftBytes += 4096) {
      disk.fill(leftBytes)
      const before = await disk.inside(({ models }) => models.find('flights'))
      const failure = await disk.registerNext().catch((error: unknown) => error)
      if (failure instanceof Error) {
        expect(failure).toMatchObject({ code: 'TY0501', exitCode: 4 })
        expect(String(failure.cause)).toContain('ENOSPC')
        expect(await disk.inside(({ models }) => models.find('flights'))).toEqual(before)
      } else expect(failure).toBe((before?.latest ?? 0) + 1)
      outcomes.add(failure instanceof Error ? 'refused' : 'registered')
      disk.free()
      await disk.inside((workspace) => trail(workspace))
    }
    expect([...outcomes].sort()).toEqual(['refused', 'registered'])
    const latest = (await disk.inside(({ models }) => models.find('flights')))?.latest ?? 0
    expect(await disk.registerNext()).toBe(latest + 1)
    await disk.inside(async (workspace) => {
      for (const { files } of await workspace.models.versions('flights'))
        await workspace.files.read(files.files[0]?.digest ?? 'sha256:')
      expect(await workspace.outbox.pending('x')).toHaveLength(latest + 1)
    })
  })

  test('that became read-only is read, and refuses to write with the folder and what to do', async () => {
    using disk = new SmallDisk()
    await disk.registerNext()
    disk.readOnly()

    await expect(disk.registerNext()).rejects.toMatchObject({ code: 'TY0203', exitCode: 2 })
    await expect(disk.registerNext()).rejects.toThrow(disk.url)
    await disk.inside(async (workspace) => {
      expect((await workspace.models.find('flights'))?.latest).toBe(1)
      expect(await trail(workspace)).toHaveLength(1)
    })
  })
})

describe.each([
  ['the last entry', 3],
  ['an entry in the middle', 2],
])('%s', (_, seq) => {
  test.each([0, 40, -1])(
    'that lost its end (%s bytes are left) is named, and nothing is written on top of it',
    async (bytes) => {
      await inPlace(directoryPlace, async (place) => {
        await inside(place, async (workspace) => {
          for (const text of ['one', 'two', 'three'])
            await register(workspace, await keep(workspace, place.folder, text))
        })
        const path = join(place.url, 'entries', '000000', `000000000${seq}.json`)
        const whole = readFileSync(path)
        truncateSync(path, bytes < 0 ? whole.length + bytes : bytes)

        await inside(place, async (workspace) => {
          await expect(trail(workspace)).rejects.toThrow(new RegExp(`TY0207.*entry ${seq}`))
          await expect(workspace.models.tag('flights', 1, { Stage: 'test' })).rejects.toMatchObject({ code: 'TY0207' })
        })

        // With the bytes from a backup it is as before.
        writeFileSync(path, whole)
        await inside(place, async (workspace) => {
          expect(await trail(workspace)).toHaveLength(3)
          await register(workspace, await keep(workspace, place.folder, 'four'))
        })
      })
    },
  )
})
