import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../../scripts/lib/sources.mjs'
import { type Certificate, makeCertificate, serve, serveProxy, serveSecurely } from './servers.ts'

let folder = ''
let certificate: Certificate

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-proxy-'))
  certificate = makeCertificate(folder)
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

const script = `
  const { request } = await import(${JSON.stringify(join(root, 'core/engines/http/request.ts'))})
  const { httpFetch } = await import(${JSON.stringify(join(root, 'core/engines/http/fetch.ts'))})
  const url = process.argv[1]
  try {
    const answer = await request({ operation: 'ask', url, patience: { attempts: 1 } })
    const again = await httpFetch(url)
    console.log(answer.text(), await again.text())
  } catch (error) {
    console.log(error.code, error.details)
  }`

/** Asks twice, by request and by fetch, in a process that has this environment alone. */
async function askIn(env: Readonly<Record<string, string>>, url: string): Promise<string> {
  const args = ['--input-type=module', '-e', script, url]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env: { ...env } })
  expect(stderr).toBe('')
  return stdout.trim()
}

describe('the way out', () => {
  test('to plain HTTP is the proxy, which is sent the request itself', async () => {
    await using server = await serve((_, response) => response.end('plain'))
    await using proxy = await serveProxy()

    expect(await askIn({ http_proxy: `http://127.0.0.1:${proxy.port}` }, `${server.url}/x`)).toBe('plain plain')
    expect(proxy.seen).toEqual([`GET ${server.url}/x`, `GET ${server.url}/x`])
  })

  test('to HTTPS is a tunnel through the proxy, with its user and password', async () => {
    await using server = await serveSecurely(certificate, (_, response) => response.end('secret'))
    await using proxy = await serveProxy(`Basic ${Buffer.from('me:p@ss').toString('base64')}`)
    const env = { HTTPS_PROXY: `http://me:p%40ss@127.0.0.1:${proxy.port}`, NODE_EXTRA_CA_CERTS: certificate.file }

    expect(await askIn(env, server.url)).toBe('secret secret')
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT localhost:${server.port}`]))
  })

  test('is direct to what NO_PROXY lists', async () => {
    await using server = await serve((_, response) => response.end('direct'))
    await using proxy = await serveProxy()

    const env = { HTTP_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: 'example.org,127.0.0.1' }

    expect(await askIn(env, server.url)).toBe('direct direct')
    expect(proxy.seen).toEqual([])
  })

  test('closed by the proxy is said in its words, and not tried again', async () => {
    await using server = await serveSecurely(certificate, (_, response) => response.end())
    await using proxy = await serveProxy('Basic none')
    const env = {
      HTTPS_PROXY: `http://me:wrong-password@127.0.0.1:${proxy.port}`,
      NODE_EXTRA_CA_CERTS: certificate.file,
    }

    const said = await askIn(env, server.url)

    expect(said).toMatch(/^TY0502 .*407/)
    expect(said).not.toContain('wrong-password')
    expect(proxy.seen).toHaveLength(1)
  })

  test('to a server whose certificate nobody knows ends with what to set', async () => {
    await using server = await serveSecurely(certificate, (_, response) => response.end())

    expect(await askIn({}, server.url)).toMatch(/^TY0502 self-signed certificate.*NODE_EXTRA_CA_CERTS/)
  })
})
