// A process that opens a workspace and prints the version that a reference names.
import { openWorkspace } from '../../../core/workspace/open.ts'
import { openOptions, reference } from '../places.ts'

const { url, folder, name } = JSON.parse(process.argv[2] ?? '') as { url: string; folder: string; name: string }

const workspace = await openWorkspace(openOptions(url, folder, { intent: 'read' }))
const { version } = await workspace.models.resolve(reference(name))
await workspace.close()
process.stdout.write(`${version}\n`)
