import { deliver } from '../../core/delivery/deliver.ts'
import { openWorkspace } from '../../core/workspace/open.ts'
import { workflowRoute } from '../delivery/a-github.ts'
import { memoryHost } from '../support/memory-host.ts'

/** What a child process is given as its one argument, in JSON. */
export interface Orders {
  readonly workspace: string
  readonly folder: string
  readonly request: string
  readonly api: string
  readonly claimMs: number
}

// A trigger as a process of its own, which a test can race against others, or kill.
const orders = JSON.parse(process.argv[2] ?? '') as Orders
const workspace = await openWorkspace({
  url: orders.workspace,
  host: memoryHost({ context: { folder: orders.folder } }),
  request: orders.request,
  by: { name: 'child', host: 'memory' },
  intent: 'write',
  allowPublicFiles: false,
})
const deliveries = await deliver({
  workspace,
  routes: [workflowRoute({ url: orders.api })],
  home: { repository: 'acme/flights', defaultBranch: 'main' },
  signal: new AbortController().signal,
  patience: { claimMs: orders.claimMs },
})
await workspace.close()
process.stdout.write(JSON.stringify(deliveries.map(({ outcome }) => outcome.kind)))
