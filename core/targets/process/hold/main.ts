// Runs inside the server of a deployment, before its own code (`node --import hold.mjs serve.mjs`): writes down which process
// this is, or ends it when it is not wanted. So there is no moment at which a server runs that nobody could find again, even
// when whoever started it is killed in the middle.
import { readFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { claim, dropClaim } from '../claim.ts'
import { ownIdentity } from '../identity.ts'
import { type Hold, holdVariable } from './hold.ts'

const text = process.env[holdVariable]

if (isMainThread && text !== undefined) {
  // What the server starts is not this server.
  delete process.env[holdVariable]
  hold(JSON.parse(text) as Hold)
}

function hold({ processes, key, wanted, id, launch, digest }: Hold): void {
  if (!isWanted(wanted, id)) throw new Error(`${wanted} does not ask for this server (any more)`)
  const claimed = claim(processes, key, { ...ownIdentity(), startedAt: new Date().toISOString(), launch, digest })
  if (claimed === undefined) throw new Error(`another process has the place ${key}`)
  // Whoever retires a deployment removes the file first and looks for claims then: one of the two sees the other.
  if (isWanted(wanted, id)) return
  dropClaim(claimed)
  throw new Error(`${wanted} does not ask for this server any more`)
}

function isWanted(wanted: string, id: string): boolean {
  try {
    return (JSON.parse(readFileSync(wanted, 'utf8')) as { readonly id?: unknown }).id === id
  } catch {
    // Removed: the deployment was retired.
    return false
  }
}
