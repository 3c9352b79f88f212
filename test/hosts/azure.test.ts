import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runTask } from '../support/agent.ts'
import { nodes } from '../support/nodes.ts'
import { buildProbes, probeOf, removeProbes, run } from './faces.ts'

beforeAll(buildProbes)
afterAll(removeProbes)

const endpoint = { url: 'https://dev.azure.com/contoso', scheme: 'Token', parameters: { apitoken: 'pat-of-contoso' } }

/** Azure DevOps' token service of one job. */
async function withTokenService<T>(work: (env: Record<string, string>) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const isAllowed =
      request.method === 'POST' &&
      request.url?.startsWith('/oidctoken?api-version=') === true &&
      request.headers.authorization === 'Bearer system-token'
    response.statusCode = isAllowed ? 200 : 403
    response.end(JSON.stringify(isAllowed ? { oidcToken: 'identity.of.the.job' } : { message: 'denied' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await work({ SYSTEM_OIDCREQUESTURI: `http://127.0.0.1:${port}/oidctoken` })
  } finally {
    server.close()
  }
}

describe.concurrent.each(nodes())('on Azure Pipelines with $name', (node) => {
  test.each([
    ['$(Model.Name)', 'Model.Name'],
    ['prefix-$(model)', 'model'],
    ['$[variables.model]', 'variables.model'],
  ])('the reference %s to something undefined is a fault that names it, and never a value', async (model, variable) => {
    const { report } = await run('azure', node, 'inputs', { inputs: { model } })

    expect(report).toMatchObject({
      thrown: {
        name: 'InputError',
        faults: [{ subject: 'model', problem: expect.stringContaining(variable) as string }],
      },
    })
  })

  test('the token that a job may not use is none, and no undefined variable', async () => {
    const { report } = await run('azure', node, 'inputs', { inputs: { model: '$(System.AccessToken)' } })

    expect(report).toMatchObject({ model: null })
  })

  test.each(['$5', '(a)', '$()', '${x}', 'a[0]', 'cost: $[1'])('the text %s is an ordinary value', async (model) => {
    const { report } = await run('azure', node, 'inputs', { inputs: { model } })

    expect(report).toMatchObject({ model })
  })

  test('the task library is loaded after the secrets are masked, keeps its key in the temp folder, and shows no value', async () => {
    const secret = 's3cr3t/token+x'
    const reading = await runTask({
      node: node.path,
      entry: probeOf('azure'),
      inputs: { token: secret, model: 'flights' },
      secretVariables: { 'Database.Password': 'hunter22-of-the-pipeline' },
      env: { PROBE: 'inputs' },
    })

    expect(reading.debug).toContain('loading INPUT_TOKEN')
    expect(reading.debug.join('\n')).not.toMatch(/s3cr3t|hunter22/)
    expect(reading.masks[0]).toBe(secret)
    expect(reading.hasLeftKey).toBe(false)
  })

  test('secret variables of the pipeline are hidden in every form as well', async () => {
    const reading = await runTask({
      node: node.path,
      entry: probeOf('azure'),
      secretVariables: { 'Database.Password': 'hunter22 & more' },
      env: { PROBE: 'pipelineSecret', PROBE_TEXT: `a ${Buffer.from('hunter22 & more').toString('base64')} b` },
    })

    expect(reading.log).toContain('a *** b')
  })

  test('a service connection gives its address and its token, which is masked', async () => {
    const inputs = { azureDevops: 'b7b3e4c5-0000-4000-8000-000000000001' }
    const endpoints = { [inputs.azureDevops]: endpoint }

    const seen = await run('azure', node, 'connection', { inputs, endpoints })

    expect(seen.report).toEqual({ url: endpoint.url, token: 'pat-of-contoso' })
    expect(seen.masks).toContain('pat-of-contoso')
    expect(seen.log).toContain('the token is ***')
  })

  test('a service connection that the job may not use is a fault of the input', async () => {
    const { report } = await run('azure', node, 'connection', { inputs: { azureDevops: 'somebody-elses' } })

    expect(report).toMatchObject({ thrown: { name: 'InputError', faults: [{ subject: 'azureDevops' }] } })
  })

  test('an identity token comes from the server, for the one audience that it knows', async () => {
    const seen = await withTokenService((env) => run('azure', node, 'idToken', { env }))
    const other = await run('azure', node, 'otherAudience')

    const refused = await withTokenService((env) =>
      run('azure', node, 'idToken', {
        env,
        endpoints: { SYSTEMVSSCONNECTION: { ...endpoint, parameters: { AccessToken: 'old' } } },
      }),
    )

    expect(seen.report).toBe('identity.of.the.job')
    expect(seen.masks).toContain('identity.of.the.job')
    expect(refused.report).toMatchObject({ thrown: { name: 'ExternalError', facts: { status: 403 } } })
    expect(other.report).toMatchObject({
      thrown: { name: 'ExternalError', details: expect.stringContaining('api://AzureADTokenExchange') as string },
    })
  })

  test('every summary is a section of its own, under the name of the step', async () => {
    const reading = await runTask({ node: node.path, entry: probeOf('azure'), env: { PROBE: 'summary' } })

    expect([...reading.summaries.keys()]).toEqual(['Probe the host.md', 'Probe the host 2.md'])
  })

  test('progress moves the bar of the page, and ends full', async () => {
    const reading = await runTask({ node: node.path, entry: probeOf('azure'), env: { PROBE: 'log' } })

    expect(reading.progress.at(0)).toEqual(['0', 'uploading'])
    expect(reading.progress.at(-1)).toEqual(['100', 'uploading'])
    expect(reading.debug).toContain('a line for debugging')
  })

  test('a task without a temp folder leaves nothing in the folder of the sources', async () => {
    const env = { PROBE: 'succeed', AGENT_TEMPDIRECTORY: '' }
    const reading = await runTask({ node: node.path, entry: probeOf('azure'), env })

    expect(reading).toMatchObject({ result: 'Succeeded', hasLeftKey: false })
  })
})
