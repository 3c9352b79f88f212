// The router of an endpoint: `node router.mjs <folder of the endpoint>`. It outlives the step that started it, answers at one
// address on this machine, splits what comes among the deployments, and takes orders at a second address.
import { once } from 'node:events'
import { errorMessage } from '../../../errors/errors.ts'
import { claim, latestClaim } from '../claim.ts'
import { ownIdentity } from '../identity.ts'
import { layoutIn, type Layout, routerKey } from '../layout.ts'
import { type Intent, intentSchema, readState, routerClaimSchema } from '../state.ts'
import { administer } from './admin.ts'
import { BodyKeeper } from './body.ts'
import { forward, type Front } from './forward.ts'
import { closeServer, listenHere, portOf } from './listen.ts'
import { writeLog } from './log.ts'
import { storedServers, storedShares } from './stored.ts'
import { Table } from './table.ts'
import { Token } from './token.ts'

const checkEveryMs = 500
const drainMs = 20_000
const bodyLimits = { eachBytes: 4 * 1024 ** 2, allBytes: 256 * 1024 ** 2 }

const folder = process.argv[2]
if (folder === undefined) throw new Error('the folder of the endpoint is missing')
await route(layoutIn(folder))

async function route(layout: Layout): Promise<void> {
  const intent = await readIntent(layout)
  const startedAt = new Date()
  const table = new Table(writeLog)
  const token = new Token(intent.token)
  table.setShares(await storedShares(layout))
  await table.setServers(await storedServers(layout))
  const { retry, answerTimeoutMs: silenceMs } = intent
  const front: Front = { table, token, bodies: new BodyKeeper(bodyLimits), retry, silenceMs, isStopping: false }
  const open = await listenHere(publicPort(layout, intent), (request, response) => {
    response.on('error', ignore)
    forward(front, request, response).catch((error: unknown) => {
      tellDefect(error)
      response.destroy()
    })
  })
  const port = portOf(open)
  const back = { layout, table, token, log: writeLog, startedAt, port, isStopping: () => front.isStopping }
  const admin = await listenHere(0, (request, response) => void administer(back, request, response))
  const adminPort = portOf(admin)
  const record = { ...ownIdentity(), startedAt: startedAt.toISOString(), port, adminPort }
  // Whoever removes the endpoint removes the intent first and looks for claims then: one of the two sees the other.
  if (claim(layout.processes, routerKey, record) !== undefined && (await isWanted(layout))) {
    writeLog('started', { port, pid: process.pid })
    // Requests have nothing to do with each other, and nobody is there to start the router again: one that goes wrong may not
    // take all others with it.
    process.on('uncaughtException', tellDefect)
    await work(table)
  } else writeLog('superfluous', { pid: process.pid })
  front.isStopping = true
  await closeServer(open, drainMs)
  await closeServer(admin, 0)
  for (const upstream of table.upstreams) upstream.close()
  writeLog('stopped', { pid: process.pid })
}

/** Watches the servers until it is told to stop. */
async function work(table: Table): Promise<void> {
  const checks = setInterval(() => void table.check(), checkEveryMs)
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  clearInterval(checks)
}

/** The port of the router before this one, since the address of an endpoint never changes. */
function publicPort({ processes }: Layout, { port }: Intent): number {
  const before = routerClaimSchema.safeParse(latestClaim(processes, routerKey)?.record)
  return before.success ? before.data.port : port
}

async function readIntent(layout: Layout): Promise<Intent> {
  const intent = await readState(layout.intent, intentSchema)
  if (intent === undefined) throw new Error(`${layout.intent} is missing: the endpoint has been removed`)
  return intent
}

async function isWanted(layout: Layout): Promise<boolean> {
  return (await readState(layout.intent, intentSchema)) !== undefined
}

function tellDefect(error: unknown): void {
  writeLog('defect', { error: error instanceof Error ? (error.stack ?? error.message) : errorMessage(error) })
}

/** A client that leaves in the middle of an answer is no event. */
function ignore(): void {
  return undefined
}
