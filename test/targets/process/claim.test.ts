import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claim, claimedKeys, dropClaim, latestClaim } from '../../../core/targets/process/claim.ts'
import { isRunning, ownIdentity, startByProc, startByPs } from '../../../core/targets/process/identity.ts'

let folder = ''
const children: ChildProcess[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trainyard-claim-'))
})
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  rmSync(folder, { recursive: true, force: true })
})

const claimModule = new URL('../../../core/targets/process/claim.ts', import.meta.url).href
const identityModule = new URL('../../../core/targets/process/identity.ts', import.meta.url).href

/** A process that claims places when it is told to, and then stays: it prints those that it got. */
async function claimant(keys: readonly string[]) {
  const program = `
    import { claim } from ${JSON.stringify(claimModule)}
    import { ownIdentity } from ${JSON.stringify(identityModule)}
    console.log('here')
    process.stdin.once('data', () => {
      const keys = ${JSON.stringify(keys)}
      console.log(JSON.stringify(keys.filter((key) => claim(${JSON.stringify(folder)}, key, ownIdentity()) !== undefined)))
    })`
  const args = ['--input-type=module-typescript', '-e', program]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  await once(child.stdout, 'data')
  return {
    child,
    async race(): Promise<readonly string[]> {
      child.stdin.write('\n')
      const [said] = (await once(child.stdout, 'data')) as [Buffer]
      return JSON.parse(said.toString()) as string[]
    },
  }
}

describe('a place', () => {
  const keys = Array.from({ length: 60 }, (_, at) => `place-${at}`)

  test('is given to one of many processes that claim it at the same time, and to another when that one is killed', async () => {
    const first = await Promise.all(Array.from({ length: 4 }, () => claimant(keys)))
    const won = await Promise.all(first.map((each) => each.race()))
    expect(won.flat().sort()).toEqual([...keys].sort())
    expect(await (await claimant(keys)).race()).toEqual([])

    const ended = first.map(({ child }) => once(child, 'exit'))
    for (const { child } of first) child.kill('SIGKILL')
    await Promise.all(ended)
    const second = await Promise.all(Array.from({ length: 4 }, () => claimant(keys)))
    const wonThen = await Promise.all(second.map((each) => each.race()))

    expect(wonThen.flat().sort()).toEqual([...keys].sort())
    expect(readdirSync(folder)).toHaveLength(keys.length)
    const holders = keys.map((key) => latestClaim(folder, key)?.record.pid)
    expect(holders).toEqual(keys.map((key) => second[wonThen.findIndex((each) => each.includes(key))]?.child.pid))
  })

  test("is nobody else's: names that begin alike are apart", () => {
    const mine = claim(folder, 'server-v1', ownIdentity())
    const other = claim(folder, 'server-v1.2', ownIdentity())

    expect(mine).toBeDefined()
    expect(other).toBeDefined()
    expect(claim(folder, 'server-v1', ownIdentity())).toBeUndefined()
    expect(claimedKeys(folder)).toEqual(['server-v1', 'server-v1.2'])
  })

  test('can be taken when the number of its holder has gone to another process', () => {
    claim(folder, 'router', { ...ownIdentity(), start: 'long ago' })

    expect(claim(folder, 'router', ownIdentity())).toBeDefined()
  })

  test('can be given back', () => {
    const held = claim(folder, 'router', ownIdentity())
    if (held !== undefined) dropClaim(held)

    expect(latestClaim(folder, 'router')).toBeUndefined()
  })

  test('in a folder that has been removed is no place', () => {
    rmSync(folder, { recursive: true })

    expect(() => claim(folder, 'router', ownIdentity())).toThrow(/ENOENT/)
    expect(latestClaim(folder, 'router')).toBeUndefined()
  })
})

describe('the identity of a process', () => {
  test('is that of the process and of no other', () => {
    const own = ownIdentity()

    expect(isRunning(own)).toBe(true)
    expect(isRunning({ ...own, start: `${own.start}0` })).toBe(false)
    expect(isRunning({ ...own, pid: process.ppid })).toBe(false)
  })

  test.each([
    ['/proc', startByProc],
    ['ps', startByPs],
  ])('is told by %s as long as the process runs, and the same each time', async (_, startOf) => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { stdio: 'ignore' })
    children.push(child)
    await once(child, 'spawn')
    const pid = child.pid ?? 0

    const [first, second] = [startOf(pid), startOf(pid)]
    child.kill('SIGKILL')
    await once(child, 'exit')

    expect(first).toMatch(/\S/)
    expect(second).toBe(first)
    expect(startOf(pid)).toBeUndefined()
  })

  test.each([
    ['/proc', startByProc],
    ['ps', startByPs],
  ])('is not that of a zombie, says %s', async (_, startOf) => {
    // A parent that never waits, as the first process of a container often does not.
    const program = `import os, time; pid = os.fork() or os._exit(0); print(pid, flush=True); time.sleep(60)`
    const parent = spawn('python3', ['-c', program], { stdio: ['ignore', 'pipe', 'inherit'] })
    children.push(parent)
    const [said] = (await once(parent.stdout, 'data')) as [Buffer]
    const zombie = Number(said.toString())

    while (startOf(zombie) !== undefined) await new Promise((resolve) => setTimeout(resolve, 10))

    expect(() => process.kill(zombie, 0)).not.toThrow()
  })

  test('does not need the name of its program to be decent', async () => {
    const name = fileURLToPath(new URL('./claim.test.ts', import.meta.url))
    const child = spawn(
      'python3',
      [
        '-c',
        `import ctypes, time\nctypes.CDLL(None).prctl(15, b') R 1 2 3 (', 0, 0, 0)\nprint(1, flush=True)\ntime.sleep(60)`,
        name,
      ],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    children.push(child)
    const before = startByProc(child.pid ?? 0)
    await once(child.stdout, 'data')

    expect(startByProc(child.pid ?? 0)).toBe(before)
  })
})
