// A process that does everything that a workspace is asked for, at random, on and on, and prints what it was told.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { versionEvent } from '../../../core/records/event.ts'
import type { Model } from '../../../core/records/model.ts'
import { InputError } from '../../../core/errors/errors.ts'
import { openWorkspace } from '../../../core/workspace/open.ts'
import type { Workspace } from '../../../core/workspace/workspace.ts'
import { openOptions } from '../places.ts'
import { gate, register } from '../records.ts'

interface Task {
  readonly url: string
  readonly token?: string
  /** A folder of its own. */
  readonly folder: string
  readonly name: string
}

/** What the workspace said it has done; the tests hold it to that. */
export type Told =
  | { readonly did: 'register'; readonly version: number; readonly text: string }
  | { readonly did: 'tag'; readonly version: number; readonly request: string }
  | { readonly did: 'move' | 'promote'; readonly why: string }
  | { readonly did: 'delete'; readonly version: number }
  | { readonly did: 'deploy'; readonly deployment: string; readonly version: number }
  /** Refused by a rule: somebody else was first, or something uses the version. */
  | { readonly did: 'nothing' }

const { url, token, folder, name } = JSON.parse(process.argv[2] ?? '') as Task
const source = join(folder, `${name}.onnx`)

for (let n = 1; ; n++) {
  const request = `${name}-${n}`
  const workspace = await openWorkspace(
    openOptions(url, folder, { request, ...(token === undefined ? {} : { token }) }),
  )
  const told = await act(workspace, request).catch((error: unknown): Told => {
    if (error instanceof InputError) return { did: 'nothing' }
    throw error
  })
  await workspace.close()
  process.stdout.write(`${JSON.stringify(told)}\n`)
}

async function act(workspace: Workspace, request: string): Promise<Told> {
  const model = await workspace.models.find('flights')
  const dice = Math.random()
  if (model === undefined || dice < 0.4) return registerOne(workspace, request)
  const version = 1 + Math.floor(Math.random() * model.latest)
  if (dice < 0.55) {
    await workspace.models.tag('flights', version, { By: request })
    return { did: 'tag', version, request }
  }
  if (dice < 0.7) return moveTo(workspace, { model, version, request })
  if (dice < 0.85) return promote(workspace, { model, version, request })
  if (dice < 0.92) {
    await workspace.models.delete('flights', version, request)
    return { did: 'delete', version }
  }
  return deploy(workspace, version, request)
}

async function registerOne(workspace: Workspace, request: string): Promise<Told> {
  const text = `the model of ${request}`
  writeFileSync(source, text)
  const tree = await workspace.files.put([{ path: 'model.onnx', from: source }], { isModel: true })
  const { version } = await register(workspace, tree, { tags: { Request: request } })
  return { did: 'register', version: version.version, text }
}

interface Move {
  readonly model: Model
  readonly version: number
  readonly request: string
}

async function moveTo({ models }: Workspace, { model, version, request }: Move): Promise<Told> {
  const from = model.aliases['challenger']
  await models.moveAlias({ model: 'flights', alias: 'challenger', from, to: version, why: request })
  return { did: 'move', why: request }
}

async function promote({ models }: Workspace, { model, version, request }: Move): Promise<Told> {
  const found = await models.version('flights', version)
  await models.moveAlias({
    model: 'flights',
    alias: 'champion',
    from: model.aliases['champion'],
    to: version,
    why: request,
    statement: gate(found.files, 'pass'),
    event: versionEvent({
      type: 'model.promoted',
      version: found,
      git: { ref: request },
      at: new Date().toISOString(),
    }),
  })
  return { did: 'promote', why: request }
}

async function deploy({ deployments }: Workspace, version: number, request: string): Promise<Told> {
  await deployments.setEndpoint({ name: 'flights', environment: 'test', target: 'process' })
  const state = Math.random() < 0.5 ? 'live' : 'retired'
  await deployments.record({ endpoint: 'flights', name: request, model: 'flights', version, share: 0, state })
  return { did: 'deploy', deployment: request, version }
}
