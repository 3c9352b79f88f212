import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import { httpFetch } from '../../../core/engines/http/fetch.ts'
import { type HttpRequest, request } from '../../../core/engines/http/request.ts'
import { Cancelled, ExternalError } from '../../../core/errors/errors.ts'
import { serve } from './servers.ts'

const quick = { baseMs: 5 }

function ask(url: string, options: Partial<HttpRequest> = {}) {
  return request({ operation: 'ask the test', url, patience: quick, ...options })
}

async function failure(action: Promise<unknown>): Promise<ExternalError> {
  const error: unknown = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ExternalError)) throw new Error('no ExternalError was thrown', { cause: error })
  return error
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

describe('a request', () => {
  test('sends method, headers and body, and gives status, headers and body back', async () => {
    await using server = await serve((incoming, response) => {
      let body = ''
      incoming.on('data', (part: Buffer) => (body += part.toString()))
      incoming.on('end', () => {
        const { 'user-agent': agent, 'x-mine': mine } = incoming.headers
        response
          .writeHead(201, { 'X-Reply': 'yes' })
          .end(JSON.stringify({ method: incoming.method, agent, mine, body }))
      })
    })

    const answer = await ask(`${server.url}/x`, { method: 'POST', headers: { 'X-Mine': 'a' }, body: 'ü' })

    expect([answer.status, answer.header('x-reply'), answer.header('none')]).toEqual([201, 'yes', undefined])
    expect(answer.json()).toEqual({ method: 'POST', agent: 'trainyard', mine: 'a', body: 'ü' })
  })

  test('turns a user in the address into a header', async () => {
    await using server = await serve((incoming, response) => response.end(incoming.headers.authorization))

    const answer = await ask(server.url.replace('//', '//me:p%40ss@'))

    expect(answer.text()).toBe(`Basic ${Buffer.from('me:p@ss').toString('base64')}`)
  })

  test('gives statuses that the caller accepts, and refuses others', async () => {
    await using server = await serve((_, response) => response.writeHead(404).end('none'))

    expect((await ask(server.url, { accept: [404] })).text()).toBe('none')
    expect((await failure(ask(server.url))).facts).toMatchObject({ status: 404, attempts: 1 })
  })

  test('follows a redirection for GET alone', async () => {
    await using server = await serve((incoming, response) => {
      if (incoming.url === '/old') response.writeHead(302, { location: '/new?token=abcdef' }).end()
      else response.end('here')
    })

    expect((await ask(`${server.url}/old`)).text()).toBe('here')
    const error = await failure(ask(`${server.url}/old`, { method: 'POST', body: 'x' }))
    expect(error.facts.status).toBe(302)
  })

  test('reads no more than allowed', async () => {
    await using server = await serve((_, response) => response.end('x'.repeat(2000)))

    expect((await failure(ask(server.url, { maxBytes: 1000 }))).details).toBe('The answer is larger than 1000 bytes.')
  })

  test('says when an answer is not JSON', async () => {
    await using server = await serve((_, response) => response.end('<html>'))
    const answer = await ask(server.url)

    expect(() => answer.json()).toThrow(/^TY0501: The answer is not JSON\.\n<html>$/)
  })
})

describe('patience', () => {
  test.each([429, 502, 503, 504])('a GET is repeated after %i', async (status) => {
    await using server = await serve((_, response) => response.writeHead(server.seen.length < 3 ? status : 200).end())

    expect((await ask(server.url)).status).toBe(200)
    expect(server.seen).toHaveLength(3)
  })

  test.each([400, 401, 403, 404, 409, 500, 501])('a GET is not repeated after %i', async (status) => {
    await using server = await serve((_, response) => response.writeHead(status).end())

    expect((await failure(ask(server.url))).facts.status).toBe(status)
    expect(server.seen).toHaveLength(1)
  })

  test('a POST is not repeated after a failure that may have followed the deed', async () => {
    await using busy = await serve((_, response) => response.writeHead(503).end())
    await using cutting = await serve((incoming) => incoming.socket.destroy())

    expect((await failure(ask(busy.url, { method: 'POST', body: 'x' }))).facts.status).toBe(503)
    expect((await failure(ask(cutting.url, { method: 'POST', body: 'x' }))).code).toBe('TY0502')
    expect([busy.seen.length, cutting.seen.length]).toEqual([1, 1])
  })

  test('a POST is repeated when the caller says that it does no harm, and when it was surely not served', async () => {
    await using busy = await serve((_, response) => response.writeHead(busy.seen.length < 2 ? 503 : 200).end())
    await using limited = await serve((_, response) => response.writeHead(limited.seen.length < 2 ? 429 : 200).end())
    const post = { method: 'POST', body: 'x' }

    expect((await ask(busy.url, { ...post, isIdempotent: true })).status).toBe(200)
    expect((await ask(limited.url, post)).status).toBe(200)
    const error = await failure(ask(`http://127.0.0.1:${await freePort()}`, post))
    expect(error.facts.attempts).toBe(5)
    expect(error.details).toContain('ECONNREFUSED')
  })

  test('a body that is cut off is asked for again', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '10' })
      if (server.seen.length < 2) response.write('half', () => response.destroy())
      else response.end('wholewhole')
    })

    expect((await ask(server.url)).text()).toBe('wholewhole')
  })

  test('a server that hangs is asked again', async () => {
    await using server = await serve((_, response) => {
      if (server.seen.length > 1) response.end('awake')
    })

    expect((await ask(server.url, { patience: { ...quick, attemptTimeoutMs: 100 } })).text()).toBe('awake')
  })

  test('ends after the given number of attempts', async () => {
    await using server = await serve((_, response) => response.writeHead(503).end('busy'))

    const error = await failure(ask(server.url, { patience: { ...quick, attempts: 3 } }))

    expect(error.facts).toMatchObject({ status: 503, attempts: 3 })
    expect(server.seen).toHaveLength(3)
  })

  test('ends at its deadline', async () => {
    await using server = await serve(() => undefined)

    const error = await failure(ask(server.url, { timeoutMs: 150 }))

    expect(error.code).toBe('TY0502')
    expect(error.details).toBe('no answer came in time')
    expect(error.facts.operation).toBe('ask the test')
  })

  test('waits as long as it is told to', async () => {
    const times: number[] = []
    await using server = await serve((_, response) => {
      times.push(performance.now())
      response.writeHead(times.length < 2 ? 503 : 200, { 'retry-after': '1' }).end()
    })

    await ask(server.url)

    const [first = 0, second = 0] = times
    expect(second - first).toBeGreaterThan(990)
  })

  test('says so when it is told to wait longer than it may, and does not wait', async () => {
    await using server = await serve((_, response) =>
      response.writeHead(403, { 'retry-after': '3600' }).end('slow down'),
    )

    const error = await failure(ask(server.url))

    expect(error.details).toBe('The service asks to wait 3600 s.\nslow down')
    expect(server.seen).toHaveLength(1)
  })
})

describe('cancelling', () => {
  test('ends a request that hangs, with the reason', async () => {
    const abort = new AbortController()
    const reason = new Cancelled({ signal: 'SIGINT' })
    await using server = await serve(() => abort.abort(reason))

    await expect(ask(server.url, { signal: abort.signal })).rejects.toBe(reason)
    expect(server.seen).toHaveLength(1)
  })

  test('ends the waiting between two attempts, with the reason', async () => {
    const abort = new AbortController()
    const reason = new Cancelled()
    await using server = await serve((_, response) => {
      response.writeHead(503, { 'retry-after': '30' }).end()
      setTimeout(() => abort.abort(reason), 50)
    })

    await expect(ask(server.url, { signal: abort.signal })).rejects.toBe(reason)
  })

  test('before it begins, asks nobody', async () => {
    await using server = await serve((_, response) => response.end())
    const reason = new Cancelled()

    await expect(ask(server.url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(server.seen).toEqual([])
  })
})

describe('the error of a refusal', () => {
  test.each([
    ['application/json', '{"message":"Not\\n allowed","documentation_url":"x"}', 'Not allowed'],
    ['application/json', '{"error":{"code":"x","message":"No such thing"}}', 'No such thing'],
    ['application/json', '{"error":"invalid_grant","error_description":"Expired"}', 'Expired'],
    ['application/json', '{"error":"invalid_grant"}', 'invalid_grant'],
    ['text/html', '<html><style>p {}</style><p>Bad <b>gateway</b></p></html>', 'Bad gateway'],
    ['text/plain', `${'long '.repeat(200)}`, `${'long '.repeat(100)} …`],
    ['text/plain', '', ''],
  ])('tells what the service said (%s %s)', async (type, body, said) => {
    await using server = await serve((_, response) => response.writeHead(400, { 'content-type': type }).end(body))

    expect((await failure(ask(server.url))).details).toBe(said)
  })

  test.each([
    ['x-github-request-id', 'G-1'],
    ['x-vss-e2eid', 'V-1'],
    ['x-ms-request-id', 'M-1'],
  ])('names the request by %s', async (header, id) => {
    await using server = await serve((_, response) => response.writeHead(400, { [header]: id }).end())

    expect((await failure(ask(server.url))).facts.requestId).toBe(id)
  })

  test('holds no credential, wherever it was sent and however it is echoed', async () => {
    const basic = Buffer.from('someone:pass-word-1').toString('base64')
    await using server = await serve((incoming, response) => {
      response.writeHead(400).end(`${incoming.url} ${JSON.stringify(incoming.headers)} pass-word-1 url-pass-2 key-3333`)
    })
    const url = new URL(server.url)
    url.username = 'me-1'
    url.password = 'url-pass-2'
    url.search = '?api-version=7.1&sig=sig-4444&x=1'

    const error = await failure(
      ask(url.href, { headers: { authorization: `Basic ${basic}`, 'x-api-key': 'key-3333' } }),
    )

    expect(error.facts.address).toBe(`${server.url}/?api-version=7.1&sig=***&x=1`)
    for (const secret of [basic, 'pass-word-1', 'url-pass-2', 'key-3333', 'sig-4444'])
      expect(error.message).not.toContain(secret)
    expect(error.message).toContain('api-version=7.1')
  })
})

describe('fetch for libraries', () => {
  test('gives the last answer, whatever its status', async () => {
    await using server = await serve((_, response) =>
      response.writeHead(418, { 'x-tea': 'pot' }).end('short and stout'),
    )

    const answer = await httpFetch(`${server.url}/tea`)

    expect([answer.status, answer.headers.get('x-tea'), await answer.text()]).toEqual([418, 'pot', 'short and stout'])
  })

  test('repeats a GET, and a POST not', async () => {
    await using server = await serve((_, response) => response.writeHead(server.seen.length === 1 ? 503 : 200).end('x'))
    expect((await httpFetch(server.url)).status).toBe(200)

    await using other = await serve((_, response) => response.writeHead(503).end())
    expect((await httpFetch(other.url, { method: 'POST', body: '{}' })).status).toBe(503)
    expect([server.seen.length, other.seen.length]).toEqual([2, 1])
  })

  test('throws the reason of its signal, and an ExternalError when nobody answers', async () => {
    const reason = new Cancelled()
    const url = `http://127.0.0.1:${await freePort()}`

    await expect(httpFetch(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect((await failure(httpFetch(url, { method: 'POST' }))).code).toBe('TY0502')
  })

  test('a mistake of ours is no failure of the network', async () => {
    await expect(httpFetch('http://127.0.0.1:1', { method: 'NO SPACE' })).rejects.toThrow(TypeError)
  })
})
