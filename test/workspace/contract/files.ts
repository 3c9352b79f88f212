import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Digest } from '../../../core/records/digest.ts'
import { treeOf } from '../../../core/records/tree.ts'
import { inPlace, inside, reference, type PlaceKind } from '../places.ts'
import { keep, register, runEnd, runStart } from '../records.ts'
import { promise } from './promise.ts'

/** Promise 2: files never change, and are read back against their digest. */
export function files(kind: PlaceKind): void {
  const promise2 = promise(kind, 2)
  promise2('all files of a version come back, verified, and what is right already is left alone', async () => {
    await inPlace(kind, async (place) => {
      const sources = ['a.onnx', 'sub/b.bin', 'sub/deeper/c.txt'].map((path) => {
        const from = join(place.folder, path.replaceAll('/', '-'))
        writeFileSync(from, `bytes of ${path} \u0000\r\n`)
        return { path, from }
      })
      await inside(place, async (workspace) => register(workspace, await workspace.files.put(sources)))

      const out = join(place.folder, 'out')
      mkdirSync(join(out, 'sub'), { recursive: true })
      writeFileSync(join(out, 'a.onnx'), 'wrong')
      writeFileSync(join(out, 'mine.txt'), 'not of the version')
      await inside(place, async (workspace) => {
        const { files: tree } = await workspace.models.version('flights', 1)
        await workspace.files.fetch(tree, out)
        await workspace.files.fetch(tree, out)
      })

      for (const { path, from } of sources) expect(readFileSync(join(out, path))).toEqual(readFileSync(from))
      expect(readFileSync(join(out, 'mine.txt'), 'utf8')).toBe('not of the version')
    })
  })

  promise2('hundreds of files are one version', async () => {
    await inPlace(kind, async (place) => {
      const sources = Array.from({ length: 300 }, (_, n) => {
        const from = join(place.folder, `many-${n}`)
        writeFileSync(from, `file ${n}`)
        return { path: `weights/part-${String(n).padStart(5, '0')}.bin`, from }
      })
      const tree = await inside(place, async (workspace) => {
        const put = await workspace.files.put(sources)
        await register(workspace, put)
        return put
      })

      await inside(place, async (workspace) => {
        const version = await workspace.models.version('flights', 1)
        expect(version.files).toEqual(tree)
        await workspace.files.fetch(version.files, join(place.folder, 'out'))
      })
      expect(readFileSync(join(place.folder, 'out/weights/part-00299.bin'), 'utf8')).toBe('file 299')
    })
  })

  promise2('a part of a run’s files is a version, without being put again', async () => {
    await inPlace(kind, async (place) => {
      const run = await inside(place, async (workspace) => {
        const started = (await workspace.runs.start(runStart())).run
        const sources = ['model.onnx', 'plot.svg', 'log.txt'].map((path) => {
          writeFileSync(join(place.folder, path), `the ${path}`)
          return { path, from: join(place.folder, path) }
        })
        return workspace.runs.finish(started.id, runEnd({ artifacts: await workspace.files.put(sources) }))
      })
      await inside(place, async (workspace) => {
        const { end } = await workspace.runs.get(run.id)
        const part = treeOf((end?.artifacts.files ?? []).filter(({ path }) => path === 'model.onnx'))
        await register(workspace, part, { run: run.id })
      })

      await inside(place, async (workspace) => {
        const { files: tree } = await workspace.models.resolve(reference(`run:${run.id}`))
        await workspace.files.fetch(tree, join(place.folder, 'out'))
      })
      expect(readFileSync(join(place.folder, 'out/model.onnx'), 'utf8')).toBe('the model.onnx')
      expect(existsSync(join(place.folder, 'out/plot.svg'))).toBe(false)
    })
  })

  promise2('a file whose bytes were changed is refused, and nothing is left of it', async () => {
    await inPlace(kind, async (place) => {
      const tree = await inside(place, async (workspace) => {
        const put = await keep(workspace, place.folder, 'the model')
        await register(workspace, put)
        return put
      })
      await place.tamper.file(tree.files[0]?.digest as Digest)

      await inside(place, async (workspace) => {
        const version = await workspace.models.version('flights', 1)
        await expect(workspace.files.fetch(version.files, join(place.folder, 'out'))).rejects.toThrow(/TY0207.*changed/)
      })
      expect(existsSync(join(place.folder, 'out/model.onnx'))).toBe(false)
    })
  })
}
