// A closed-loop load generator: `node load.ts URL CONNECTIONS REQUESTS LIMIT_MS BODY`. Prints what it saw as JSON. It writes bytes
// to sockets itself, because an HTTP client would take more time than the server.
import { connect } from 'node:net'

const [url = '', connections = '1', requests = '1', limitMs = '1000', body = ''] = process.argv.slice(2)
const { hostname, port, pathname } = new URL(url)
const head = [
  `POST ${pathname} HTTP/1.1`,
  `Host: ${hostname}`,
  'Content-Type: application/json',
  `Content-Length: ${Buffer.byteLength(body)}`,
]
const bytes = Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)

const startedAt = performance.now()
const wanted = Number(requests)
const latencies: number[] = []
let sent = 0
let failed = 0

/** Whether another request is due: neither all are sent nor is the time over. */
function isDue(): boolean {
  return sent < wanted && performance.now() - startedAt < Number(limitMs)
}

/** One client: asks, waits for the answer, asks again. */
function client(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    let askedAt = 0
    let received = ''
    const ask = (): void => {
      if (!isDue()) {
        socket.end()
        return
      }
      sent += 1
      askedAt = performance.now()
      socket.write(bytes)
    }
    socket.setEncoding('latin1').on('data', (text: string) => {
      received += text
      const end = received.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: *(\d+)/i.exec(received)?.[1])
      if (received.length < end + 4 + length) return
      if (!received.startsWith('HTTP/1.1 200')) failed += 1
      received = ''
      latencies.push(performance.now() - askedAt)
      ask()
    })
    socket.on('connect', ask).on('close', resolve).on('error', reject)
  })
}

await Promise.all(Array.from({ length: Number(connections) }, client))
const seconds = (performance.now() - startedAt) / 1000
latencies.sort((a, b) => a - b)
const quantile = (share: number) => latencies[Math.floor(latencies.length * share)] ?? Number.NaN
console.log(JSON.stringify({ requests: latencies.length, failed, seconds, p50: quantile(0.5), p99: quantile(0.99) }))
