// A process that opens a workspace and prints what it finds: the version that a reference names, or a list.
import { openWorkspace } from '../../../core/workspace/open.ts'
import { openOptions, reference } from '../places.ts'

const { url, folder, name } = JSON.parse(process.argv[2] ?? '') as { url: string; folder: string; name: string }

const workspace = await openWorkspace(openOptions(url, folder, { intent: 'read' }))
const { models } = workspace
interface Found {
  readonly name?: string
  readonly version?: number
}
const lists: Readonly<Record<string, () => Promise<readonly Found[]>>> = {
  'a page of versions': () => models.versions('flights', { before: 5001, limit: 50 }),
  'a page of models': () => models.list({ after: 'model-0050', limit: 20 }),
  'those with two tags': () => models.versions('flights', { tags: { Team: 'ops', Batch: '2' } }),
}
const found: readonly Found[] = (await lists[name]?.()) ?? [await models.resolve(reference(name))]
await workspace.close()
for (const one of found) process.stdout.write(`${one.version ?? one.name ?? ''}\n`)
