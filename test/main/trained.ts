import { join } from 'node:path'
import { runEvent } from '../../core/records/event.ts'
import type { RunEnd, RunStart } from '../../core/records/run.ts'
import { treeOf } from '../../core/records/tree.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import { memoryHost } from '../support/memory-host.ts'
import type { Bench } from './bench.ts'

/** What is special about a run, and how it ended; a state of undefined is a run that has not ended. */
export type How = Partial<Omit<RunEnd, 'state'>> &
  Pick<Partial<RunStart>, 'model' | 'deadline'> & { readonly state?: RunEnd['state'] | undefined }

let requests = 0

/** Records a run of the model `kettle` that wrote these files, as train does, and gives its id. */
export async function trained(bench: Bench, files: Readonly<Record<string, string | Uint8Array>>, how: How = {}) {
  await bench.write(files)
  requests += 1
  const workspace = await openWorkspace({
    url: bench.url,
    host: memoryHost({ context: { folder: bench.folder, tempFolder: bench.temp } }),
    request: `trained-${requests}`,
    by: { name: 'ada', host: 'memory' },
    intent: 'write',
    allowPublicFiles: false,
  })
  const { model = 'kettle', deadline = '2999-01-01T00:00:00.000Z', ...end } = how
  const { run } = await workspace.runs.start({
    model,
    experiment: model,
    command: ['node', 'train.mjs'],
    git: { ref: 'refs/heads/main' },
    environment: { kind: 'existing' },
    code: treeOf([]),
    data: [],
    machine: { os: 'linux', arch: 'x64', cpus: 2, cpuModel: 'cpu', memoryBytes: 1 },
    deadline,
  })
  const artifacts = await workspace.files.put(
    Object.keys(files).map((path) => ({ path, from: join(bench.folder, path) })),
    { isModel: true },
  )
  const state = 'state' in how ? how.state : 'succeeded'
  if (state !== undefined) {
    const ended = { metrics: {}, params: {}, artifacts, ...end, state }
    await workspace.runs.finish(
      run.id,
      ended,
      runEvent(run, { at: new Date().toISOString(), digest: artifacts.digest }),
    )
  }
  await workspace.close()
  return run.id
}
