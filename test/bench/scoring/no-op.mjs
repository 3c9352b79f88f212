// The bound: an HTTP server of Node that reads a request and answers with something of the same length, and does nothing else.
import { createServer } from 'node:http'

const answer = JSON.stringify({ filled: 'x'.repeat(Number(process.argv[2])) })
const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) }
const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(200, headers).end(answer))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  console.log(
    JSON.stringify({ event: 'ready', url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}` }),
  )
})
