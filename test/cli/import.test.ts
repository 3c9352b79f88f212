import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Run } from '../../core/records/run.ts'
import { MlflowServer, mlflowPython, withClient } from '../support/mlflow.ts'
import { skipAloud } from '../support/tools.ts'
import { copyHistory } from '../../core/workspace/copy/copy.ts'
import { openHistory } from '../../core/workspace/open.ts'
import { memory } from '../workspace/copy/copying.ts'
import { directoryPlace, inPlace, inside, openOptions, scratch } from '../workspace/places.ts'
import { placeOn } from '../workspace/places/mlflow.ts'
import { gate, keep, register, runEnd, runStart } from '../workspace/records.ts'
import { runCli } from './run-cli.ts'

const python = mlflowPython('3')
let server: MlflowServer | undefined
let folder: string

beforeAll(async () => {
  folder = scratch()
  if (python !== undefined) server = await MlflowServer.start(python)
}, 300_000)

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** What MLflow's own client does in somebody's training: a finished run with a model, and one that runs on. */
const training = `
import mlflow, pathlib, tempfile
class Model(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[float]) -> list[float]:
        return model_input
mlflow.set_experiment('flights')
with mlflow.start_run(tags={'team': 'ops', 'mlflow.source.git.commit': 'c0ffee', 'mlflow.source.git.branch': 'main'}) as run:
    mlflow.log_params({'C': 0.5, 'solver': 'lbfgs'})
    mlflow.log_metric('auc', 0.8)
    mlflow.log_metric('auc', 0.9)
    notes = pathlib.Path(tempfile.mkdtemp()) / 'notes.txt'
    notes.write_text('as it went')
    mlflow.log_artifact(str(notes), 'docs')
    mlflow.pyfunc.log_model(name='scorer', python_model=Model(), pip_requirements=[])
still = mlflow.MlflowClient().create_run(run.info.experiment_id)
print(run.info.run_id, still.info.run_id)
`

test('a run of MLflow’s own client becomes a run of the workspace, once, and can be registered', async (context) => {
  if (python === undefined || server === undefined)
    skipAloud(context, 'MLflow is not here (npm test tries to install it)')
  const [id = '', still = ''] = withClient(python, server.url, training).split('\n').at(-1)?.split(' ') ?? []
  const workspace = join(folder, 'workspace')
  const env = { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: 'a token that is not needed' }
  const run = (...args: string[]) => runCli([...args, '--workspace', workspace], { cwd: folder, env })

  const imported = await run('runs', 'import', `mlflow:${id}`, '--model', 'flights', '--json')
  expect(imported.stderr).toBe('')
  const { run: record, isNew } = JSON.parse(imported.stdout) as { run: Run; isNew: boolean }
  expect(isNew).toBe(true)
  expect(record).toMatchObject({
    model: 'flights',
    experiment: 'flights',
    state: 'succeeded',
    git: { commit: 'c0ffee', ref: 'refs/heads/main' },
    by: { host: 'mlflow' },
    end: { metrics: { auc: 0.9 }, params: { C: '0.5', solver: 'lbfgs' }, tags: { team: 'ops' } },
  })
  const paths = record.end?.artifacts.files.map(({ path }) => path)
  expect(paths).toContain('docs/notes.txt')
  expect(paths).toContain('scorer/MLmodel')
  expect(Date.parse(record.endedAt ?? '')).toBeLessThan(Date.now())

  const again = await run('runs', 'import', `mlflow:${id}`, '--model', 'flights')
  expect(again.stdout).toMatch(new RegExp(`^run:${record.id} was before imported from ${server.url}`))
  const registered = await run('register', '--model', 'flights', '--run', `run:${record.id}`)
  expect(registered.exitCode).toBe(0)
  const out = join(folder, 'out')
  expect((await run('fetch', '--candidate', 'flights@1', '--folder', out)).exitCode).toBe(0)
  const audit = await run('audit')
  expect(audit.stdout).toMatch(
    new RegExp(`run ${record.id} succeeded \\(at 20.*; copied from mlflow\\+${server.url}/#${id}\\)`),
  )

  const running = await run('runs', 'import', `mlflow:${still}`, '--model', 'flights')
  expect(running).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/has not ended: MLflow says RUNNING/) as string,
  })
  const missing = await run('runs', 'import', `mlflow:${'0'.repeat(32)}`, '--model', 'flights')
  expect(missing).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/TY0205/) as string })
}, 120_000)

test('a workspace at an MLflow server is copied to a folder with its history, and nothing is copied to one', async (context) => {
  if (python === undefined || server === undefined)
    skipAloud(context, 'MLflow is not here (npm test tries to install it)')
  await using source = placeOn(server)
  await inside(source, async (workspace) => {
    const { run } = await workspace.runs.start(runStart())
    const files = await keep(workspace, source.folder, 'weights')
    await workspace.runs.finish(run.id, runEnd({ artifacts: files }))
    await register(workspace, files, { run: run.id, tags: { Team: 'ops' } })
    await workspace.evidence.add(gate(files, 'pass'))
    await workspace.models.moveAlias({ model: 'flights', alias: 'champion', from: undefined, to: 1, why: 'good' })
  })
  await inPlace(directoryPlace, async (target) => {
    const opening = { ledger: join(source.folder, 'ledger') }
    const from = await openHistory(openOptions(source.url, source.folder, { ...opening, intent: 'read' }))
    const to = await openHistory(openOptions(target.url, target.folder))
    await copyHistory({ from, to, models: undefined, isDryRun: false, progress: () => undefined })
    await from.close()
    await to.close()

    expect(await memory(target)).toEqual(await memory(source))
  })
  await expect(
    openHistory(openOptions(source.url, source.folder, { ledger: join(source.folder, 'ledger') })),
  ).rejects.toThrow(/can be copied from, and not to/)
}, 120_000)
