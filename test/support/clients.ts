import { setTimeout as after } from 'node:timers/promises'

/** What clients send, and where. */
export interface Asked {
  /** Of the endpoint. */
  readonly address: string
  readonly model: string
  /** Of an inference request of the Open Inference Protocol. */
  readonly inputs: readonly unknown[]
}

/** What clients saw. */
export interface Seen {
  readonly answers: number
  /** What was no success, in words; each said once. */
  readonly failures: readonly string[]
  /** How often each version answered, as its answer says. */
  readonly versions: ReadonlyMap<string, number>
}

const lanes = 3
/** Between two requests of a lane: real traffic, which leaves a small machine room for the servers. */
const pauseMs = 8

/** Lets clients ask, a few at a time, for as long as something takes. */
export async function whileClientsAsk<T>(
  { address, model, inputs }: Asked,
  during: () => Promise<T>,
): Promise<{ readonly result: T; readonly seen: Seen }> {
  const failures = new Set<string>()
  const versions = new Map<string, number>()
  let isAsking = true
  let answers = 0
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ inputs })
  const lane = async () => {
    while (isAsking) {
      const answer = await fetch(`${address}/v2/models/${model}/infer`, { method: 'POST', headers, body })
      const said = (await answer.json()) as { readonly model_version?: string }
      answers += 1
      if (answer.status !== 200) failures.add(`${answer.status}: ${JSON.stringify(said)}`)
      const version = said.model_version ?? 'none'
      versions.set(version, (versions.get(version) ?? 0) + 1)
      await after(pauseMs)
    }
  }
  const clients = Promise.all(Array.from({ length: lanes }, lane))
  try {
    // A client that cannot connect ends the test at once, not after the canary's deadline.
    const result = await Promise.race([during(), clients.then(() => Promise.reject(new Error('the clients ended')))])
    return { result, seen: { answers, failures: [...failures], versions } }
  } finally {
    isAsking = false
    await clients
  }
}
