import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCli } from '../../cli/run-cli.ts'
import { Loopback } from '../../support/loopback.ts'
import { directoryPlace, inPlace } from '../places.ts'

const digest = createHash('sha256').update('weights').digest('hex')

test('register takes an address with its digest, fetch verifies, and both refuse what has changed', async () => {
  let body = 'weights'
  await using server = await Loopback.start(() => ({ status: 200, headers: { 'content-length': '7' }, body }))
  await inPlace(directoryPlace, async ({ folder, url }) => {
    const run = (...args: string[]) =>
      runCli([...args, '--workspace', url], { cwd: folder, env: { TRAINYARD_CACHE: join(folder, 'cache') } })
    const address = `${server.url}/models/model.bin#sha256=${digest}`

    const registered = await run('register', '--model', 'flights', '--reference', address)
    const reads = server.received.map(({ method }) => method)
    const lineage = await run('lineage', 'flights@1')
    const fetched = await run('fetch', '--candidate', 'flights@1', '--folder', 'out')

    expect(registered.exitCode).toBe(0)
    expect(reads).toEqual(['HEAD'])
    expect(lineage.stdout).toContain(`its files stay at ${address}, and were not read yet`)
    expect(fetched.exitCode).toBe(0)
    expect(readFileSync(join(folder, 'out', 'model.bin'), 'utf8')).toBe('weights')

    body = 'changed'
    await run('register', '--model', 'flights', '--reference', `${server.url}/other.bin#sha256=${'0'.repeat(64)}`)
    const refused = await run('fetch', '--candidate', 'flights@2', '--folder', 'other')
    expect(refused.exitCode).toBe(4)
    expect(refused.stderr).toMatch(/TY0223/)
    const found = createHash('sha256').update('changed').digest('hex')
    expect(refused.stderr).toContain(
      `other.bin was registered with the digest sha256:${'0'.repeat(64)}, and has sha256:${found} now`,
    )
  })
})
