import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allowedEnvironment } from '../../../core/engines/process/allowed-environment.ts'
import { type ChildOptions, runChild } from '../../../core/engines/process/run-child.ts'
import { ExternalError } from '../../../core/errors/errors.ts'

const env = allowedEnvironment(process.env)
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-child-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

function run(command: readonly string[], options: Partial<ChildOptions> = {}) {
  return runChild({ command, cwd: folder, env, signal: new AbortController().signal, ...options })
}

function node(script: string, options: Partial<ChildOptions> = {}) {
  return run([process.execPath, '-e', script], options)
}

/** Whether a process still runs; a zombie that its parent has not waited for does not. */
async function isRunning(pid: number): Promise<boolean> {
  const { exitCode, lastLines } = await run(['ps', '-o', 'stat=', '-p', String(pid)])
  return exitCode === 0 && !(lastLines[0] ?? 'Z').startsWith('Z')
}

async function hasEnded(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 40 && (await isRunning(pid)); tries++) await sleep(50)
  return !(await isRunning(pid))
}

describe('a child that ends by itself', () => {
  test('gives its exit code and every line of both streams', async () => {
    const lines: string[] = []

    const result = await node(`console.log('out'); console.error('err'); process.exitCode = 7`, {
      onLine: (line, stream) => void lines.push(`${stream} ${line}`),
    })

    expect(lines.sort()).toEqual(['stderr err', 'stdout out'])
    expect(result).toMatchObject({ exitCode: 7, signal: undefined })
    expect(result.stopped).toBeUndefined()
    expect([...result.lastLines].sort()).toEqual(['err', 'out'])
  })

  test('gives the signal that ended it', async () => {
    const result = await node(`process.kill(process.pid, 'SIGKILL'); setTimeout(() => {}, 1e6)`)

    expect(result).toMatchObject({ exitCode: undefined, signal: 'SIGKILL' })
    expect(result.stopped).toBeUndefined()
  })

  test('keeps as many last lines as asked', async () => {
    const { lastLines } = await node(`for (let i = 0; i < 1000; i++) console.log(i)`, { keepLastLines: 3 })

    expect(lastLines).toEqual(['997', '998', '999'])
  })

  test('sees the given environment, the given folder, an empty input, and arguments as they are', async () => {
    const script = `
      const seen = { ...process.env, args: process.argv.slice(1), cwd: process.cwd() }
      let input = ''; process.stdin.on('data', (data) => (input += data))
      process.stdin.on('end', () => console.log(JSON.stringify({ ...seen, input })))`

    const { lastLines } = await run([process.execPath, '-e', script, '--', '$HOME', 'a b', ';ls', '*'], {
      env: { ONLY: 'this' },
    })

    expect(JSON.parse(lastLines[0] ?? '')).toEqual({
      ONLY: 'this',
      args: ['$HOME', 'a b', ';ls', '*'],
      cwd: folder,
      input: '',
    })
  })

  test('100 MB of output arrive whole while memory stays flat', async () => {
    const script = `
      const block = ('x'.repeat(99) + '\\n').repeat(10_000)
      let left = 100
      const more = () => { while (left-- > 0) if (!process.stdout.write(block)) return process.stdout.once('drain', more) }
      more()`
    let lines = 0
    let mostBytes = 0
    const before = process.memoryUsage.rss()

    await node(script, {
      onLine: () => {
        if (++lines % 50_000 === 0) mostBytes = Math.max(mostBytes, process.memoryUsage.rss())
      },
    })

    expect(lines).toBe(1_000_000)
    expect(mostBytes - before).toBeLessThan(100e6)
  })

  test('a listener that takes its time holds the child, and gets every line', async () => {
    const done = join(folder, 'all-written')
    const script = `
      const fs = require('node:fs')
      for (let i = 0; i < 20_000; i++) fs.writeSync(1, 'x'.repeat(999) + '\\n')
      fs.writeFileSync(${JSON.stringify(done)}, '')`
    let lines = 0

    await node(script, {
      onLine: async () => {
        lines += 1
        if (lines !== 1000) return
        await sleep(500)
        expect(existsSync(done)).toBe(false)
      },
    })

    expect(lines).toBe(20_000)
    expect(existsSync(done)).toBe(true)
  })

  test('what it left in the background is ended, and nobody waits for what escaped and holds the pipe', async () => {
    const script = `
      const { spawn } = require('node:child_process')
      const wait = ['-e', 'process.on("SIGTERM", () => {}); setTimeout(() => {}, 60_000)']
      const inGroup = spawn(process.execPath, wait, { stdio: 'inherit' })
      const escaped = spawn(process.execPath, wait, { stdio: 'inherit', detached: true })
      console.log(inGroup.pid); console.log(escaped.pid); process.exit(0)`

    const { exitCode, lastLines } = await node(script)
    const [inGroup = 0, escaped = 0] = lastLines.map(Number)

    try {
      expect(exitCode).toBe(0)
      expect(await hasEnded(inGroup)).toBe(true)
      expect(await isRunning(escaped)).toBe(true)
    } finally {
      process.kill(escaped, 'SIGKILL')
    }
  })

  test('what escaped and never stops printing does not hold the step', async () => {
    const script = `
      const { spawn } = require('node:child_process')
      const chatter = spawn(process.execPath, ['-e', 'setInterval(() => process.stdout.write("x".repeat(65535) + "\\\\n"), 5)'], { stdio: 'inherit', detached: true })
      console.log(chatter.pid); process.exit(3)`
    let pid = 0

    const { exitCode } = await node(script, {
      onLine: (line) => {
        if (/^\d+$/.test(line)) pid = Number(line)
      },
    })

    expect(exitCode).toBe(3)
    expect(pid).toBeGreaterThan(0)
    // It got SIGPIPE or EPIPE, since nobody reads any more.
    expect(await hasEnded(pid)).toBe(true)
  })
})

describe('a child that is stopped', () => {
  test('gets SIGINT with its whole group, may clean up, and says how it ended', async () => {
    const abort = new AbortController()
    const script = `
import subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])
try:
    print(child.pid, flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    print('checkpoint saved', flush=True)
    sys.exit(9)`

    const result = await run(['python3', '-c', script], {
      signal: abort.signal,
      onLine: (line) => {
        if (/^\d+$/.test(line)) abort.abort()
      },
    })

    expect(result).toMatchObject({ exitCode: 9, stopped: 'cancelled' })
    expect(result.lastLines).toContain('checkpoint saved')
    expect(await hasEnded(Number(result.lastLines[0]))).toBe(true)
  })

  test('is killed when it ignores SIGINT and SIGTERM, and so are its children', async () => {
    const abort = new AbortController()
    const script = `
      const { spawn } = require('node:child_process')
      const stubborn = 'for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => console.log(name)); setInterval(() => {}, 1e6);'
      eval(stubborn)
      const child = spawn(process.execPath, ['-e', stubborn + 'console.log(process.pid)'], { stdio: 'inherit' })`
    const lines: string[] = []

    const result = await node(script, {
      signal: abort.signal,
      graceMs: 1600,
      onLine: (line) => {
        lines.push(line)
        if (/^\d+$/.test(line)) abort.abort()
      },
    })

    expect(result).toMatchObject({ exitCode: undefined, signal: 'SIGKILL', stopped: 'cancelled' })
    expect([...lines].sort().slice(1)).toEqual(['SIGINT', 'SIGINT', 'SIGTERM', 'SIGTERM'])
    expect(await hasEnded(Number([...lines].sort()[0]))).toBe(true)
  })

  test('by its time limit, says so', async () => {
    const result = await node(`setTimeout(() => {}, 1e6)`, { timeoutMs: 200 })

    expect(result).toMatchObject({ signal: 'SIGINT', stopped: 'timed-out' })
  })

  test('before it began, is not started', async () => {
    const result = await run(['no-such-program'], { signal: AbortSignal.abort() })

    expect(result).toMatchObject({ exitCode: undefined, stopped: 'cancelled', lastLines: [] })
  })

  test('because its listener failed, is gone when the failure is reported', async () => {
    let pid = 0

    const running = node(`console.log(process.pid); setInterval(() => console.log('x'), 10)`, {
      onLine: (line) => {
        pid ||= Number(line)
        throw new Error('the listener failed')
      },
    })

    await expect(running).rejects.toThrow('the listener failed')
    expect(await hasEnded(pid)).toBe(true)
  })

  test('a step that ends by process.exit takes its child along', async () => {
    const module = new URL('../../../core/engines/process/run-child.ts', import.meta.url).href
    const script = `
      const { runChild } = await import(${JSON.stringify(module)})
      await runChild({
        command: [process.execPath, '-e', 'console.log(process.pid); setInterval(() => {}, 1e6)'],
        cwd: '.', env: {}, signal: new AbortController().signal,
        onLine: (line) => { console.log(line); process.exit(0) },
      })`

    const { exitCode, lastLines } = await run([process.execPath, '--input-type=module', '-e', script])

    expect(exitCode).toBe(0)
    expect(await hasEnded(Number(lastLines[0]))).toBe(true)
  })
})

describe('a program that cannot be started', () => {
  async function failure(command: readonly string[], options: Partial<ChildOptions> = {}): Promise<ExternalError> {
    const error: unknown = await run(command, options).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof ExternalError)) throw new Error('no ExternalError was thrown', { cause: error })
    return error
  }

  test('is named, with the PATH that was searched', async () => {
    const error = await failure(['no-such-program', 'x'], { env: { PATH: '/nowhere' } })

    expect(error.code).toBe('TY0503')
    expect(error.facts.operation).toBe('start no-such-program')
    expect(error.details).toBe('No folder of PATH holds a program "no-such-program". PATH is /nowhere')
  })

  test('is not confused with a missing working folder', async () => {
    const error = await failure(['node'], { cwd: join(folder, 'gone') })

    expect(error.details).toBe(`The working folder ${join(folder, 'gone')} does not exist.`)
  })

  test('by path, is named with the folder that it was sought from', async () => {
    expect((await failure(['./train.sh'])).details).toContain(`There is no file ./train.sh (seen from ${folder})`)
  })

  test('because it is not executable, is named by its path', async () => {
    const file = join(folder, 'plain.sh')
    await writeFile(file, '#!/bin/sh\n')
    await chmod(file, 0o644)

    expect((await failure(['plain.sh'], { env: { PATH: folder } })).details).toBe(`${file} is not executable.`)
  })
})
