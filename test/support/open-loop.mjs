// Sends requests at a given rate whatever becomes of them, as clients who know nothing of each other do (Poisson arrivals), and
// never sends one twice. `node open-loop.mjs '{"url": …}'` prints a line when it begins and its findings as JSON at the end.
import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * @typedef {{ url: string, perSecond: number, seconds: number, seed?: number, body?: string }} Load
 * @typedef {{ sent: number, failures: string[], byDeployment: Record<string, number>, p50Ms: number, p99Ms: number }} Found
 *   `failures`: each request that was not answered 200, with the reason; latencies from the intended time of sending
 */

const load = /** @type {Load} */ (JSON.parse(process.argv[2] ?? '{}'))
const agent = new Agent({ keepAlive: true, maxFreeSockets: 1024 })
const body = load.body ?? '{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1,2]}]}'
/** @type {string[]} */
const failures = []
/** @type {Record<string, number>} */
const byDeployment = {}
/** @type {number[]} */
const latencies = []
/** @type {Promise<void>[]} */
const open = []

process.stdout.write('begun\n')
const startedAt = performance.now()
let next = startedAt
let state = load.seed ?? 1
while (next < startedAt + load.seconds * 1000) {
  const now = performance.now()
  if (now < next) await sleep(next - now)
  open.push(one(next))
  next += (-Math.log(1 - random()) / load.perSecond) * 1000
}
await Promise.all(open)
agent.destroy()
latencies.sort((a, b) => a - b)
/** @type {Found} */
const found = { sent: open.length, failures, byDeployment, p50Ms: quantile(0.5), p99Ms: quantile(0.99) }
process.stdout.write(`${JSON.stringify(found)}\n`)

/**
 * @param {number} intended
 * @returns {Promise<void>}
 */
function one(intended) {
  return new Promise((resolve) => {
    /** @param {string} why */
    const fail = (why) => {
      failures.push(`${Math.round(intended - startedAt)} ms: ${why}`)
      resolve()
    }
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const outgoing = request(`${load.url}/v2/models/x/infer`, { agent, method: 'POST', headers, timeout: 20_000 })
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in 20 s')))
    outgoing.on('error', (error) => fail(String(error)))
    outgoing.on('response', (answer) => {
      let said = ''
      answer.setEncoding('utf8').on('data', (/** @type {string} */ part) => {
        said += part
      })
      answer.on('error', (error) => fail(String(error)))
      answer.on('end', () => {
        if (answer.statusCode !== 200) return fail(`${answer.statusCode} ${said}`)
        const deployment = String(answer.headers['x-trainyard-deployment'])
        byDeployment[deployment] = (byDeployment[deployment] ?? 0) + 1
        latencies.push(performance.now() - intended)
        resolve()
      })
    })
    outgoing.end(body)
  })
}

/** A number in [0, 1) by a linear congruential generator: arrival times need no better. */
function random() {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return state / 2 ** 32
}

/** @param {number} q */
function quantile(q) {
  return latencies[Math.floor(q * latencies.length)] ?? Number.NaN
}
