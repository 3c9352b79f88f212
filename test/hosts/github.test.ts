import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runAction } from '../support/runner.ts'
import { nodes } from '../support/nodes.ts'
import { buildProbes, probeOf, removeProbes, run } from './faces.ts'

beforeAll(buildProbes)
afterAll(removeProbes)

/** GitHub's token service: it gives an identity token to whoever shows the request token. */
async function withTokenService<T>(work: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const audience = new URL(request.url ?? '/', 'http://localhost').searchParams.get('audience')
    const isAllowed = request.headers.authorization === 'Bearer request-token'
    response.statusCode = isAllowed ? 200 : 401
    response.end(JSON.stringify(isAllowed ? { value: `identity.for.${audience}` } : {}))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await work({
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request-token',
    })
  } finally {
    server.close()
  }
}

describe.concurrent.each(nodes())('on GitHub with $name', (node) => {
  test('a summary stays under the mebibyte that GitHub takes, and says where it was cut', async () => {
    const { summary } = await run('github', node, 'longSummary')

    expect(summary).not.toBe('')
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(1024 * 1024)
    expect(summary).toContain('# Goes on')
    expect(summary).toMatch(/The summary was cut here[^\n]*\n$/)
    expect(summary).not.toContain('\uFFFD')
  })

  test('an identity token comes from the token service, and is masked', async () => {
    const seen = await withTokenService((env) => run('github', node, 'idToken', { env }))

    expect(seen.report).toBe('identity.for.api://AzureADTokenExchange')
    expect(seen.masks).toContain('identity.for.api://AzureADTokenExchange')
  })

  test('a job without the right to an identity token is told which lines to add', async () => {
    const { report } = await run('github', node, 'idToken')

    expect(report).toMatchObject({
      thrown: { name: 'ExternalError', details: expect.stringContaining('id-token: write') as string },
    })
  })

  test('a connection is an address, and its token comes from the environment', async () => {
    const inputs = { azureDevops: 'https://dev.azure.com/contoso' }
    const env = { TRAINYARD_AZURE_DEVOPS_TOKEN: 'pat-of-contoso' }

    const seen = await run('github', node, 'connection', { inputs, env })

    expect(seen.report).toEqual({ url: 'https://dev.azure.com/contoso', token: 'pat-of-contoso' })
    expect(seen.masks).toContain('pat-of-contoso')
    expect(seen.log).toContain('the token is ***')
  })

  test('debug lines are for debug runs', async () => {
    const reading = await runAction({ node: node.path, entry: probeOf('github'), env: { PROBE: 'log' } })

    expect(reading.debug).toContain('a line for debugging')
    expect(reading.log).not.toContain('a line for debugging')
  })

  test('a fork comes out as untrusted from the event of the run', async () => {
    const payload = {
      repository: { default_branch: 'main', private: false },
      pull_request: { head: { repo: { full_name: 'mallory/flights' } } },
    }

    const { report } = await run('github', node, 'context', { event: { name: 'pull_request', payload } })

    expect(report).toMatchObject({
      isCi: true,
      isPublicRepository: true,
      defaultBranch: 'main',
      trust: { kind: 'untrusted', why: expect.stringContaining('mallory/flights') as string },
    })
  })
})
