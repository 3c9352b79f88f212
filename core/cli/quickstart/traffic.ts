import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { readTable, type Table } from '../../engines/tables/table.ts'

/** As many requests a second as two cores serve beside everything else. */
const perSecond = 80
/** Every so many requests a client leaves the carrier out, as some clients do. */
const everyNth = 10

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
  const waiting = new Set<Promise<void>>()
  let sent = 0
  let failed = 0
  const timer = setInterval(() => {
    const answer = ask({ url, agent, body: bodyOf(table, sent) }).then(
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

function bodyOf(table: Table, sent: number): string {
  const row = sent % table.rows
  const cell = (name: string): string => table.column(name)[row] ?? ''
  const inputs = [
    // A flight without weather has empty cells; the protocol has no word for a missing number but this.
    ...numbers.map((name) => tensor(name, 'FP32', cell(name) === '' ? 'NaN' : Number(cell(name)))),
    ...texts.map((name) => tensor(name, 'BYTES', name === 'carrier' && sent % everyNth === 0 ? '' : cell(name))),
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
