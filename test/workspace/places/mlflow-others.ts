import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openMlflow } from '../../../core/engines/mlflow/client.ts'
import { mlflowConnection } from '../../../core/engines/mlflow/connection.ts'
import { recordTags } from '../../../core/workspace/mlflow/record.ts'
import { ElsewhereFiles } from '../../../core/workspace/elsewhere/files.ts'
import { BlobFiles } from '../../../core/workspace/files.ts'
import { openService } from '../../../core/workspace/mlflow/open.ts'
import { packTree } from '../../../core/workspace/registry/pack.ts'
import { type MlflowPython, type MlflowServer, withClient } from '../../support/mlflow.ts'
import { bundleChild } from '../children/bundle.ts'
import { startChild } from '../children/run.ts'
import { inside, openOptions, reference } from '../places.ts'
import { gate, keep, register, runEnd, runStart, trail } from '../records.ts'
import { type MlflowTestPlace, placeOn } from './mlflow.ts'

/** What runs, and how to get a client for it. */
export interface Running {
  readonly server: MlflowServer
  readonly python: MlflowPython
}

/** Writes a small ONNX model: y = 2 x over rows of two columns. */
const makeModel = `
import onnx
from onnx import TensorProto, helper
x = helper.make_tensor_value_info('x', TensorProto.FLOAT, [None, 2])
y = helper.make_tensor_value_info('y', TensorProto.FLOAT, [None, 2])
two = helper.make_tensor('two', TensorProto.FLOAT, [1], [2.0])
graph = helper.make_graph([helper.make_node('Mul', ['x', 'two'], ['y'])], 'g', [x], [y], [two])
model = helper.make_model(graph, opset_imports=[helper.make_opsetid('', 17)], ir_version=8)
`

/** Processes that are killed; `TRAINYARD_KILLS` raises it. */
const kills = Number(process.env['TRAINYARD_KILLS'] ?? 8)

/** How many register at once. */
const writers = Number(process.env['TRAINYARD_MLFLOW_WRITERS'] ?? 12)

/** Both directions with MLflow's own client, and what happens when others work at the same server. */
export function others(running: () => Running): void {
  const onPlace = async (work: (place: MlflowTestPlace, client: (program: string) => string) => Promise<void>) => {
    const { server, python } = running()
    await using place = placeOn(server)
    await work(place, (program) =>
      withClient(python, server.url, `import mlflow\nfrom mlflow import MlflowClient\n${program}`),
    )
  }
  const api = () => openMlflow(mlflowConnection(running().server.url, {}))

  test('a model that MLflow’s client logged and registered is a version here, and two pollers raise its event once', () =>
    onPlace(async (place, client) => {
      const named = Number(client('print(mlflow.__version__.split(".")[0])')) >= 3 ? 'name' : 'artifact_path'
      client(`${makeModel}
mlflow.set_experiment('${place.prefix}theirs')
with mlflow.start_run():
  mlflow.onnx.log_model(model, ${named}='model', registered_model_name='${place.prefix}flights', pip_requirements=['onnx'])
MlflowClient().set_model_version_tag('${place.prefix}flights', '1', 'Team', 'theirs')`)

      const polls = await Promise.all(
        [1, 2].map(() => inside(place, async ({ outbox }) => (await outbox.pending('x')).map(({ id }) => id))),
      )
      expect(polls[0]).toHaveLength(1)
      expect(polls[1]).toEqual(polls[0])
      await inside(place, async (workspace) => {
        const version = await workspace.models.resolve(reference('flights@1'))
        expect(version.by.host).toBe('mlflow')
        expect(version.tags['Team']).toBe('theirs')
        expect(version.files.files.map(({ path }) => path)).toEqual(expect.arrayContaining(['MLmodel', 'model.onnx']))
        await workspace.files.fetch(version.files, join(place.folder, 'out'))
        await workspace.evidence.add(gate(version.files, 'pass'))
        expect(
          (await trail(workspace)).flatMap(({ changes }) => changes).filter((one) => one.includes('registered')),
        ).toHaveLength(1)
      })
      expect(readdirSync(join(place.folder, 'out'))).toContain('model.onnx')
      const seen = await api().models.version(`${place.prefix}flights`, 1)
      expect(seen?.tags.find(({ key }) => key === 'trainyard.evidence.gate')?.value).toMatch(
        /^pass mlflow-artifacts:\//,
      )
    }))

  test('what we train and register is a run, a version and a model there: its client loads it, and the tree stays as it is', () =>
    onPlace(async (place, client) => {
      const source = join(place.folder, 'model.onnx')
      client(`${makeModel}\nonnx.save(model, '${source}')`)
      const tree = await inside(place, async (workspace) => {
        const { run } = await workspace.runs.start(runStart())
        const artifacts = await workspace.files.put([{ path: 'model.onnx', from: source }])
        await workspace.runs.finish(run.id, runEnd({ artifacts }))
        await register(workspace, artifacts, { run: run.id, tags: { Team: 'ours' } })
        await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 1, why: 'x' })
        return artifacts
      })

      const said = JSON.parse(
        client(`${makeModel}
import json, os, numpy
name = '${place.prefix}flights'
loaded = mlflow.pyfunc.load_model(f'models:/{name}@champion')
out = loaded.predict(numpy.array([[1.0, 2.0]], dtype=numpy.float32))
version = MlflowClient().get_model_version(name, '1')
run = MlflowClient().get_run(version.run_id)
files = mlflow.artifacts.download_artifacts(artifact_uri=f'models:/{name}/1', dst_path='${place.folder}/theirs')
print(json.dumps({
  'predicted': [float(v) for v in numpy.asarray(out['y'] if hasattr(out, 'keys') else out).ravel()],
  'tags': {k: v for k, v in version.tags.items() if not k.startswith('trainyard.')},
  'metrics': run.data.metrics, 'params': run.data.params, 'status': run.info.status,
  'commit': run.data.tags.get('mlflow.source.git.commit'),
  'files': sorted(f for f in os.listdir(files) if f != 'registered_model_meta'),
}))`),
      ) as Record<string, unknown>
      expect(said).toEqual({
        predicted: [2, 4],
        tags: { Team: 'ours' },
        metrics: { auc: 0.89 },
        params: { C: '1' },
        status: 'FINISHED',
        commit: 'c0ffee',
        files: ['MLmodel', 'model.onnx'],
      })
      expect(readFileSync(join(place.folder, 'theirs/model.onnx'))).toEqual(readFileSync(source))
      const version = await inside(place, ({ models }) => models.resolve(reference('flights@champion')))
      expect(version.files).toEqual(tree)
    }))

  test('an alias that somebody else moves there is moved here, as his move; a later one of ours wins there', () =>
    onPlace(async (place, client) => {
      await inside(place, async (workspace) => {
        for (const text of ['one', 'two']) await register(workspace, await keep(workspace, place.folder, text))
        await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 1, why: 'x' })
      })
      client(`MlflowClient().set_registered_model_alias('${place.prefix}flights', 'champion', '2')`)

      await inside(place, async ({ models }) => {
        const move = { model: 'flights', alias: 'champion', to: undefined, why: 'x' }
        await expect(models.moveAlias({ ...move, from: 1 })).rejects.toThrow(/TY0210.*version 2/)
        const [, theirs] = (await models.find('flights'))?.history ?? []
        expect(theirs).toMatchObject({ from: 1, to: 2, by: { host: 'mlflow' } })
        await models.moveAlias({ ...move, from: 2, to: 1 })
      })
      expect(
        client(`print(MlflowClient().get_model_version_by_alias('${place.prefix}flights', 'champion').version)`),
      ).toBe('1')
      expect(await inside(place, async ({ models }) => (await models.find('flights'))?.history.length)).toBe(3)
    }))

  test('champion can mean the stage Production, in both directions', () =>
    onPlace(async (place, client) => {
      const opening = { championStage: 'Production' }
      await inside(
        place,
        async (workspace) => {
          for (const text of ['one', 'two']) await register(workspace, await keep(workspace, place.folder, text))
          await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 1, why: 'x' })
        },
        opening,
      )
      const name = `${place.prefix}flights`
      expect(client(`print(MlflowClient().get_model_version('${name}', '1').current_stage)`)).toBe('Production')
      client(
        `MlflowClient().transition_model_version_stage('${name}', '2', 'Production', archive_existing_versions=True)`,
      )

      const version = await inside(place, ({ models }) => models.resolve(reference('flights@champion')), opening)
      expect(version.version).toBe(2)
    }))

  test('a registration that was cut off after its number was given is brought in whole, by whom and with its event', () =>
    onPlace(async (place) => {
      const { server } = running()
      const opening = { request: 'the step that died' }
      const tree = await inside(place, (workspace) => keep(workspace, place.folder, 'm'), opening)
      // What the driver does up to the moment in which its process dies.
      const { host } = openOptions(place.url, place.folder)
      const { service, blobs } = openService({ server: server.url, prefix: place.prefix }, { host })
      const files = new BlobFiles(blobs, () => undefined, new ElsewhereFiles({}))
      const { root } = await service.carrier()
      for (const { digest } of tree.files) files.learn(digest, `${root}/trees/${tree.digest.slice(7)}/model.onnx`)
      const start = {
        model: 'flights',
        files: await packTree(tree, files),
        tags: { Team: 'a' },
        datasets: [],
        ref: 'refs/heads/main',
      }
      const by = { name: 'bob', host: 'github' as const }
      const request = `the step that died/version/flights/${tree.digest}/`
      await service.api.models.create(`${place.prefix}flights`)
      await service.api.models.createVersion({
        name: `${place.prefix}flights`,
        source: `mlflow-artifacts:/${root}/trees/${tree.digest.slice(7)}`,
        runId: (await service.carrier()).runId,
        tags: await recordTags(request, { v: 1, start, by, git: { ref: 'refs/heads/main' } }, files),
      })

      await inside(place, async (workspace) => {
        const version = await workspace.models.resolve(reference('flights@latest'))
        expect(version).toMatchObject({ version: 1, by, tags: { Team: 'a' }, files: tree })
        expect(await workspace.outbox.pending('x')).toMatchObject([{ subject: 'flights@1', ref: 'refs/heads/main' }])
        await workspace.files.fetch(version.files, join(place.folder, 'out'))
      })
      const again = await inside(
        place,
        (workspace) => register(workspace, tree, { tags: { Team: 'a' }, ref: 'refs/heads/main' }),
        opening,
      )
      expect(again).toMatchObject({ isNew: false, version: { version: 1 } })
    }))

  test('a number that somebody deleted there does not come back; a ledger that was lost is made again from the server, the same', () =>
    onPlace(async (place, client) => {
      const entries = await inside(place, async (workspace) => {
        for (const text of ['one', 'two']) await register(workspace, await keep(workspace, place.folder, text))
        return trail(workspace)
      })
      execFileSync('rm', ['-rf', join(place.folder, 'ledger')])
      expect(await inside(place, trail)).toEqual(entries)

      client(`MlflowClient().delete_model_version('${place.prefix}flights', '2')`)
      const next = await inside(place, async (workspace) =>
        register(workspace, await keep(workspace, place.folder, 'three')),
      )
      expect(next.version.version).toBe(3)
    }))

  test(`${writers} who register at once get 1 to ${writers}, each once`, { timeout: 300_000 }, () =>
    onPlace(async (place) => {
      const numbers = await Promise.all(
        Array.from({ length: writers }, (_, n) =>
          inside(
            place,
            async (workspace) => {
              const tree = await keep(workspace, place.folder, `model ${n}`)
              return (await register(workspace, tree)).version.version
            },
            { deadlineMs: 240_000 },
          ),
        ),
      )
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: writers }, (_, n) => n + 1))
      const events = await inside(place, ({ outbox }) => outbox.pending('x'))
      expect(new Set(events.map(({ subject }) => subject)).size).toBe(writers)
    }),
  )

  test(`${kills} kills of processes that register leave whole versions or none`, { timeout: 600_000 }, () =>
    onPlace(async (place) => {
      const child = await bundleChild('register', place.folder)
      const told: number[] = []
      for (let kill = 1; kill <= kills; kill++) {
        const folder = join(place.folder, `victim-${kill}`)
        mkdirSync(folder)
        const task = {
          url: place.url,
          ledger: join(place.folder, 'ledger'),
          folder,
          name: `victim-${kill}`,
          count: 1000,
        }
        const running = startChild(process.execPath, [child], task)
        await running.printed(kill % 3)
        await sleep(Math.random() * 1000)
        running.kill()
        told.push(...(await running.ended).lines.map(Number))
      }

      await inside(place, async (workspace) => {
        const next = await register(workspace, await keep(workspace, place.folder, 'the next'))
        const versions = await workspace.models.versions('flights', { limit: 10_000 })
        const numbers = versions.map(({ version }) => version)
        process.stderr.write(`${kills} kills at an MLflow server: ${versions.length} versions, ${told.length} told\n`)
        expect(new Set(numbers).size).toBe(numbers.length)
        expect(Math.max(...numbers)).toBe(next.version.version)
        expect(told.filter((version) => !numbers.includes(version))).toEqual([])
        for (const { files, tags } of versions) {
          const text = Buffer.from(await workspace.files.read(files.files[0]?.digest ?? 'sha256:')).toString('utf8')
          if (tags['Request'] !== undefined) expect(text).toBe(`the model of ${tags['Request']}`)
        }
        const events = await workspace.outbox.pending('x')
        expect(events.map(({ data }) => data.version)).toEqual([...numbers].reverse())
      })
    }),
  )
}
