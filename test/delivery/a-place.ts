import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type CloudEvent, versionEvent } from '../../core/records/event.ts'
import type { Tags } from '../../core/records/model.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import type { Workspace } from '../../core/workspace/workspace.ts'
import { memoryHost } from '../support/memory-host.ts'

/** What a test says about a version. */
export interface Registration {
  readonly model?: string
  readonly tags?: Tags
  readonly ref?: string
  readonly at?: string
}

/** A workspace of its own, in a folder or in a bare git repository, which jobs open one after another or at once. */
export class Place implements AsyncDisposable {
  readonly folder: string
  readonly url: string
  readonly #opened: Workspace[] = []

  private constructor(folder: string, url: string) {
    this.folder = folder
    this.url = url
  }

  static async make(): Promise<Place> {
    const folder = await mkdtemp(join(tmpdir(), 'trainyard-delivery-'))
    return new Place(folder, join(folder, 'workspace'))
  }

  static async makeGit(): Promise<Place> {
    const folder = await mkdtemp(join(tmpdir(), 'trainyard-delivery-'))
    const remote = join(folder, 'remote.git')
    await promisify(execFile)('git', ['init', '--quiet', '--bare', remote])
    return new Place(folder, `git:${remote}`)
  }

  /** Opens it as another execution of a step, or as the one that the request names. */
  async open(request: string = randomUUID(), intent: 'write' | 'rehearse' = 'write'): Promise<Workspace> {
    const workspace = await openWorkspace({
      url: this.url,
      host: memoryHost({ context: { folder: this.folder } }),
      request,
      by: { name: 'tester', host: 'memory' },
      intent,
      allowPublicFiles: false,
    })
    this.#opened.push(workspace)
    return workspace
  }

  /** Registers a version from the default branch of acme/flights, unless the test says otherwise. */
  async register({
    model = 'flights',
    tags = {},
    ref = 'refs/heads/main',
    at,
  }: Registration = {}): Promise<CloudEvent> {
    const workspace = await this.open()
    const from = join(this.folder, `model-${randomUUID()}`)
    await writeFile(from, randomUUID())
    const files = await workspace.files.put([{ path: 'model.txt', from }], { isModel: true })
    const events: CloudEvent[] = []
    await workspace.models.register({ model, files, tags, datasets: [], ref }, (version) => {
      const git = { repository: 'acme/flights', ref }
      const event = versionEvent({ type: 'model.registered', version, git, at: at ?? version.createdAt })
      events.push(event)
      return event
    })
    const event = events.at(-1)
    if (event === undefined) throw new Error('the registration made no event')
    return event
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const workspace of this.#opened) await workspace.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}
