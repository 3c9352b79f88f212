import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { openMlflow } from '../../../core/engines/mlflow/client.ts'
import { mlflowConnection } from '../../../core/engines/mlflow/connection.ts'

const size = 70 * 2 ** 20

/** What a server and the store behind it were asked for. */
interface Played extends AsyncDisposable {
  readonly url: string
  readonly asked: string[]
  readonly parts: { readonly part: number; readonly bytes: number; readonly digest: string }[]
  readonly completed: unknown[]
}

/** Plays MLflow's calls for uploads in parts (`mlflow-artifacts/mpu`), and the store that takes the parts by signed addresses. */
async function play(options: { readonly isTaken: boolean; readonly failingPart?: number }): Promise<Played> {
  const asked: string[] = []
  const parts: { part: number; bytes: number; digest: string }[] = []
  const completed: unknown[] = []
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', url)
    const bytes = await buffer(request)
    asked.push(`${request.method} ${pathname}`)
    const verb = /\/mpu\/(\w+)\//.exec(pathname)?.[1]
    const part = Number(/^\/store\/(\d+)$/.exec(pathname)?.[1])
    if (verb === 'create' && !options.isTaken) response.writeHead(501).end('{"error_code":"NOT_IMPLEMENTED"}')
    else if (verb === 'create') {
      const { num_parts: count } = JSON.parse(bytes.toString('utf8')) as { num_parts: number }
      const credentials = Array.from({ length: count }, (_, n) => ({
        url: `${url}/store/${n + 1}?signature=secret-${n}`,
        part_number: n + 1,
      }))
      response.end(JSON.stringify({ upload_id: 'u1', credentials }))
    } else if (verb !== undefined) {
      if (verb === 'complete') completed.push(JSON.parse(bytes.toString('utf8')))
      response.end('{}')
    } else if (part === options.failingPart) response.writeHead(403).end()
    else {
      if (part > 0) parts.push({ part, bytes: bytes.length, digest: sha256(bytes) })
      response.setHeader('etag', `"e${part}"`).end()
    }
  }

  return {
    url,
    asked,
    parts,
    completed,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** A large file, in chunks that do not meet the ends of parts; each part has other bytes. */
function source() {
  return { size, open: () => Readable.from(chunks()) }
}

function* chunks(): Generator<Buffer> {
  const chunk = 3 * 2 ** 20
  for (let at = 0; at < size; at += chunk) yield Buffer.alloc(Math.min(chunk, size - at), at / chunk)
}

test('a large file goes in parts where the store takes parts, in order and whole', async () => {
  await using played = await play({ isTaken: true })
  const { artifacts } = openMlflow(mlflowConnection(played.url, {}))

  await artifacts.put('1/run/artifacts/model.onnx', source())

  const whole = Buffer.concat([...chunks()])
  const expected = Array.from({ length: 7 }, (_, n) => whole.subarray(n * 10 * 2 ** 20, (n + 1) * 10 * 2 ** 20))
  expect(played.parts).toEqual(
    expected.map((bytes, n) => ({ part: n + 1, bytes: bytes.length, digest: sha256(bytes) })),
  )
  expect(played.completed).toMatchObject([
    {
      path: 'model.onnx',
      upload_id: 'u1',
      parts: expected.map((_, n) => ({ part_number: n + 1, etag: `"e${n + 1}"` })),
    },
  ])
})

test('where it takes none, the file goes whole, and the next is not asked for in parts', async () => {
  await using played = await play({ isTaken: false })
  const { artifacts } = openMlflow(mlflowConnection(played.url, {}))

  await artifacts.put('1/run/artifacts/a.onnx', source())
  await artifacts.put('1/run/artifacts/b.onnx', source())

  expect(played.asked.filter((one) => one.includes('/mpu/'))).toHaveLength(1)
  expect(played.asked.filter((one) => one.startsWith('PUT '))).toHaveLength(2)
})

test('a part that is refused ends the upload at the server, and the error shows no signed address', async () => {
  await using played = await play({ isTaken: true, failingPart: 3 })
  const { artifacts } = openMlflow(mlflowConnection(played.url, {}))

  const failure: unknown = await artifacts.put('1/run/artifacts/model.onnx', source()).catch((error: unknown) => error)

  expect(failure).toMatchObject({ code: 'TY0501', facts: { operation: 'store part 3', status: 403 } })
  expect(JSON.stringify(failure)).not.toContain('secret-2')
  expect(played.asked.at(-1)).toContain('/mpu/abort/')
  expect(played.completed).toEqual([])
})
