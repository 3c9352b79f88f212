import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { seededRandom } from '../../stats/random.ts'
import { readTable, type Table } from '../../engines/tables/table.ts'

/** As many requests a second as two cores serve beside everything else. */
const perSecond = 80
/** In this share of the requests the carrier is left out, as some clients do. */
const shareWithout = 0.1

const numbers = ['dep_delay', 'distance', 'hour', 'temp', 'wind_speed', 'precip', 'visib']
const texts = ['carrier', 'origin', 'weekday']

/** What the clients saw. */
export interface TrafficSeen {
  readonly sent: number
  /** Answers that were not 200, and broken connections. */
  readonly failed: number
}

/** Clients that ask an endpoint about the flights of April, one flight a request, until they are stopped. */
export interface Traffic {
  stop(): Promise<TrafficSeen>
}

/** Starts the clients. Requests are sent at an even pace, whether or not the earlier ones were answered. */
export async function startTraffic(address: string, checkout: string): Promise<Traffic> {
  const table = await readTable(join(checkout, 'data', 'april.csv'), { needed: [...numbers, ...texts] })
  const agent = new Agent({ keepAlive: true, maxSockets: 32 })
  const url = new URL('/v2/models/flights/infer', address)
  // By chance, and not every tenth: a split as exact as the router's would send a regular pattern to one side alone.
  const random = seededRandom(2013)
  const waiting = new Set<Promise<void>>()
  let sent = 0
  let failed = 0
  const timer = setInterval(() => {
    const answer = ask({ url, agent, body: bodyOf(table, sent, random() < shareWithout) }).then(
      (status) => {
        if (status !== 200) failed += 1
      },
      () => {
        failed += 1
      },
    )
    sent += 1
    waiting.add(answer)
    void answer.finally(() => waiting.delete(answer))
  }, 1000 / perSecond)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(waiting)
      agent.destroy()
      return { sent, failed }
    },
  }
}

function bodyOf(table: Table, sent: number, isCarrierLeftOut: boolean): string {
  const row = sent % table.rows
  const cell = (name: string): string => table.column(name)[row] ?? ''
  const inputs = [
    // A flight without weather has empty cells; the protocol has no word for a missing number but this.
    ...numbers.map((name) => tensor(name, 'FP32', cell(name) === '' ? 'NaN' : Number(cell(name)))),
    ...texts.map((name) => tensor(name, 'BYTES', name === 'carrier' && isCarrierLeftOut ? '' : cell(name))),
  ]
  return JSON.stringify({ inputs })
}

function tensor(name: string, datatype: string, value: number | string) {
  return { name, datatype, shape: [1, 1], data: [value] }
}

function ask({ url, agent, body }: { url: URL; agent: Agent; body: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode ?? 0))
      answer.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
