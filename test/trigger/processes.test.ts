import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test, vi } from 'vitest'
import { root } from '../../scripts/lib/sources.mjs'
import { aGithub } from '../delivery/a-github.ts'
import { Place } from '../delivery/a-place.ts'
import type { GithubApi } from '../support/github-api.ts'
import { nodes } from '../support/nodes.ts'
import type { Orders } from './fire.ts'

interface Child {
  readonly process: ChildProcess
  /** The kinds of its outcomes; empty when it was killed. */
  readonly said: Promise<string>
}

/** Only Node 24 runs TypeScript as it is. */
const node = nodes().find(({ name }) => name === 'node24')?.path ?? process.execPath

function startTrigger(place: Place, api: GithubApi, orders: Partial<Orders> = {}): Child {
  const given: Orders = {
    workspace: place.url,
    folder: place.folder,
    request: randomUUID(),
    api: api.url,
    claimMs: 300_000,
    ...orders,
  }
  const child = spawn(node, [join(root, 'test/trigger/fire.ts'), JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  return { process: child, said: text(child.stdout).then(async (said) => ended.then(() => said)) }
}

test('six processes at once start one run, and none of them fails', async () => {
  await using place = await Place.make()
  await using api = await aGithub()
  await place.register()
  await place.register()

  const said = await Promise.all(Array.from({ length: 6 }, async () => startTrigger(place, api).said))

  const kinds = said.flatMap((one) => JSON.parse(one) as string[])
  expect(new Set(api.runs.map(({ inputs }) => inputs['candidate']))).toEqual(new Set(['flights@1', 'flights@2']))
  expect(api.runs).toHaveLength(2)
  expect(kinds.filter((kind) => kind === 'fired')).toHaveLength(2)
  expect(kinds.filter((kind) => kind !== 'fired' && kind !== 'done')).toEqual([])
})

test.each([
  ['another job waits for its claim to end', () => randomUUID(), 2_000],
  ['the same step, run again, need not wait', () => 'the-same-request', 300_000],
])(
  'a trigger is killed between sending and receipt: %s, finds the run, and starts none',
  async (_, request, claimMs) => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    api.trouble({ method: 'POST', path: /dispatches$/, when: 'after', answer: 'silence' })

    const killed = startTrigger(place, api, { request: request(), claimMs })
    await vi.waitFor(() => expect(api.runs).toHaveLength(1), { timeout: 30_000 })
    killed.process.kill('SIGKILL')
    expect(await killed.said).toBe('')

    const next = startTrigger(place, api, { request: request(), claimMs })

    expect(JSON.parse(await next.said)).toEqual(['found'])
    expect(api.runs).toHaveLength(1)
    expect(JSON.parse(await startTrigger(place, api).said)).toEqual([])
  },
)
