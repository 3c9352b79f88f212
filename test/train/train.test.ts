import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { main } from '../../core/main/main.ts'
import type { Run } from '../../core/records/run.ts'
import { type Bench, failureOf, fromFork, inCi, said, train } from '../main/bench.ts'
import { aProject, goodTraining } from './a-project.ts'

const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** The only run of the workspace. */
async function onlyRun(bench: Bench): Promise<Run> {
  const [run, ...others] = await bench.look(({ runs }) => runs.list())
  if (run === undefined || others.length > 0) throw new Error(`${others.length + 1} runs`)
  return run
}

describe('a training that succeeds', () => {
  test('is recorded with everything that it was made of and everything that it made', async () => {
    await using bench = await aProject()
    const ci = { ...inCi('github/acme/kettles/1/train'), url: 'https://ci.example.com/1', repository: 'acme/kettles' }

    const outputs = await bench.go(train, {}, { context: ci })

    const run = await onlyRun(bench)
    expect(run).toMatchObject({
      model: 'kettle',
      experiment: 'kettle',
      state: 'succeeded',
      command: ['node', 'train.mjs'],
      git: { repository: 'acme/kettles', ref: 'refs/heads/main', commit: head(bench), isDirty: false },
      environment: { kind: 'existing' },
      data: [{ path: 'data/some.csv', digest: sha256('id,y\n1,0\n'), size: 9 }],
      by: { name: 'ada', host: 'memory', url: 'https://ci.example.com/1', repository: 'acme/kettles' },
      end: {
        state: 'succeeded',
        exitCode: 0,
        metrics: { auc: 0.89, loss: 0.34 },
        params: { depth: 3, kind: 'trees', bagged: false },
      },
    })
    expect(run.end?.artifacts.files).toEqual([
      { path: 'model/kettle.bin', digest: sha256('weights'), size: 7 },
      { path: 'model/more/vocabulary.txt', digest: sha256('hot cold'), size: 8 },
    ])
    expect(run.end?.lastLines).toBeUndefined()
    expect(run.machine.cpus).toBeGreaterThan(0)
    expect(Date.parse(run.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(run.startedAt))
    expect(Date.parse(run.deadline)).toBeGreaterThan(Date.now())
    expect(outputs).toEqual({
      run: run.id,
      candidate: `run:${run.id}`,
      state: 'succeeded',
      metrics: '{"auc":0.89,"loss":0.34}',
      digest: run.end?.artifacts.digest,
    })
  })

  test('keeps the code as it was, without the data, whose bytes are not kept', async () => {
    await using bench = await aProject()
    await bench.write({ 'train.mjs': `${goodTraining}\n// not committed` })

    await bench.go(train)

    const { code, git } = await onlyRun(bench)
    expect(git.isDirty).toBe(true)
    expect(code.files.map(({ path }) => path)).toEqual(['.gitignore', 'train.mjs', 'trainyard.yml'])
    await bench.look(async ({ files }) => {
      const kept = code.files.find(({ path }) => path === 'train.mjs')
      expect(Buffer.from(await files.read(kept?.digest ?? 'sha256:')).toString()).toContain('// not committed')
    })
  })

  test('takes two entries of the ledger, and raises its event with the second', async () => {
    await using bench = await aProject()

    const { run = '' } = await bench.go(train)

    const entries = await bench.entries()
    expect(entries.map(({ changes }) => changes)).toEqual([
      [`run ${run} of kettle started`],
      [`run ${run} succeeded`, `event kettle-${run}`],
    ])
    await bench.look(async ({ outbox }) => {
      expect(await outbox.pending('x')).toMatchObject([{ type: 'dev.trainyard.run.completed', data: { run } }])
    })
  })

  test('has its page say how it ended in a sentence, then its metrics, then what it was made of', async () => {
    await using bench = await aProject()

    const { summaryText } = await bench.run(train)

    expect(summaryText).toMatch(/^### Run `r-\w+` of `kettle`: succeeded\n\n`node train.mjs` succeeded after [\d.]+ s/)
    expect(summaryText).toContain('| `auc` | 0.89 |')
    expect(summaryText).toContain('| environment | what was there |')
    expect(summaryText).toContain('| data | 1 file |')
  })

  test('needs no git, no data and no report of metrics', async () => {
    const program = `import { mkdirSync, writeFileSync } from 'node:fs'; mkdirSync('model'); writeFileSync('model/m', 'm')`
    await using bench = await aProject(program)

    const inputs = { command: `node ${bench.folder}/train.mjs`, files: 'model/**', model: 'other' }
    const outputs = await bench.go(train, inputs, { env: { PATH: process.execPath.replace(/\/node$/, '') } })

    expect(outputs).toMatchObject({ state: 'succeeded', metrics: '{}' })
    expect(await onlyRun(bench)).toMatchObject({ data: [], model: 'other' })
    expect((await onlyRun(bench)).git).toEqual({})
  })
})

function head(bench: Bench): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: bench.folder, encoding: 'utf8' }).trim()
}

describe('a training that fails', () => {
  test('fails the step with the end of its log, once outputs and page are written', async () => {
    await using bench = await aProject(`for (let i = 0; i < 60; i++) console.log('line', i); process.exit(3)`)

    const host = await bench.run(train)

    const run = await onlyRun(bench)
    expect(run).toMatchObject({ state: 'failed', end: { exitCode: 3, artifacts: { files: [] } } })
    expect(run.end?.lastLines?.at(-1)).toBe('line 59')
    expect(host.ended).toMatchObject({ result: 'failed', exitCode: 3 })
    expect(failureOf(host)).toContain(`run ${run.id} ended with exit code 3\nline 40\n`)
    expect(Object.fromEntries(host.outputs)).toEqual({
      run: run.id,
      candidate: `run:${run.id}`,
      state: 'failed',
      metrics: '{}',
    })
    expect(host.summaryText).toMatch(/: failed\n\n`node train.mjs` ended with exit code 3 after/)
    await bench.look(async ({ outbox }) => expect(await outbox.pending('x')).toEqual([]))
  })

  test('keeps what it had reported by then', async () => {
    await using bench = await aProject(`
import { writeFileSync } from 'node:fs'
writeFileSync(process.env.TRAINYARD_METRICS, '{"metrics": {"epoch": 2}, "params": {"depth": 3}}')
process.exit(1)`)

    await bench.run(train)

    expect((await onlyRun(bench)).end).toMatchObject({ metrics: { epoch: 2 }, params: { depth: 3 } })
  })

  test('is annotated at the line of the project’s Python that raised', async () => {
    await using bench = await aProject('', {
      'train.py': 'import json\n\ndef load(text):\n    return json.loads(text)\n\nload("no json")\n',
    })

    const host = await bench.run(train, { command: 'python3 train.py' })

    expect(host.ended?.annotations).toMatchObject([{ file: 'train.py', line: 4 }])
    expect(host.ended?.annotations[0]?.message).toMatch(/JSONDecodeError: Expecting value/)
  })

  test('that a signal ended says so', async () => {
    await using bench = await aProject(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)`)

    const host = await bench.run(train)

    expect((await onlyRun(bench)).end).toMatchObject({ state: 'failed', signal: 'SIGKILL' })
    expect(failureOf(host)).toContain('by the signal SIGKILL, which is how a system that is out of memory ends')
  })

  test('never began, where there is no such program', async () => {
    await using bench = await aProject()

    const host = await bench.run(train, { command: 'no-such-program --fast' })

    expect(host.ended?.exitCode).toBe(4)
    expect(failureOf(host)).toMatch(/TY0503[^]*no-such-program/)
    expect(host.outputs.get('state')).toBe('failed')
    expect((await onlyRun(bench)).state).toBe('failed')
  })
})

describe('what training reports', () => {
  test.each([
    ['is no JSON', 'metrics: 1', /is not JSON/],
    ['has metrics that are no numbers', '{"metrics": {"auc": "good"}, "params": {"l": [1]}}', /auc[^]*"good"[^]*l /],
  ])('is refused when it %s: the run failed, and the step says where', async (_, text, words) => {
    await using bench = await aProject(
      `${goodTraining}\nwriteFileSync(process.env.TRAINYARD_METRICS, ${JSON.stringify(text)})`,
    )

    const host = await bench.run(train)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(words)
    expect(failureOf(host)).toContain('TRAINYARD_METRICS')
    expect(await onlyRun(bench)).toMatchObject({ state: 'failed', end: { exitCode: 0 } })
    expect(host.outputs.get('state')).toBe('failed')
    expect(host.summaryText).toContain('what it wrote or reported cannot be used')
  })

  test('is not enough without a file: a run with nothing to judge is refused', async () => {
    await using bench = await aProject(`import { writeFileSync } from 'node:fs'
writeFileSync(process.env.TRAINYARD_METRICS, '{"auc": 0.9}')`)

    const host = await bench.run(train)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/files "model\/\*\*" match no file below .*checkout/)
    expect((await onlyRun(bench)).end).toMatchObject({ state: 'failed', metrics: { auc: 0.9 } })
  })

  test('a pattern of data that matches nothing is said aloud', async () => {
    await using bench = await aProject('process.exit(1)')

    const host = await bench.run(train, { data: 'dataa/*.csv' })

    expect(said(host, 'warning')).toMatch(/data matches no file below .*\(dataa\/\*\.csv\)/)
  })

  test('an output that git does not ignore is kept as code, with a warning', async () => {
    await using bench = await aProject(goodTraining, { '.gitignore': '' })
    await bench.go(train)

    const host = await bench.run(train)

    expect(said(host, 'warning')).toContain('model/kettle.bin is a file that training writes')
  })
})

describe('what the command sees', () => {
  test('is an allow-listed environment: no token, no input, but what the project passes', async () => {
    await using bench = await aProject(`${goodTraining}\nconsole.log('SEEN', JSON.stringify(process.env))`)
    const env = {
      GITHUB_TOKEN: 'ghs_topsecret1',
      ACTIONS_RUNTIME_TOKEN: 'topsecret2',
      SYSTEM_ACCESSTOKEN: 'topsecret3',
      INPUT_TOKEN: 'topsecret4',
      TRAINYARD_INPUT_TOKEN: 'topsecret5',
      AWS_SECRET_ACCESS_KEY: 'topsecret6',
      LEARNING_RATE: '0.5',
      CUDA_VISIBLE_DEVICES: '1',
    }

    const host = await bench.run(train, { passEnv: 'LEARNING_RATE' }, { env })

    const seen = JSON.parse(/^SEEN (.*)$/m.exec(host.text)?.[1] ?? '') as Record<string, string>
    expect(JSON.stringify(seen)).not.toContain('topsecret')
    expect(seen).toMatchObject({ LEARNING_RATE: '0.5', CUDA_VISIBLE_DEVICES: '1' })
    expect(seen['TRAINYARD_RUN']).toBe(host.outputs.get('run'))
    expect((await onlyRun(bench)).passEnv).toEqual(['LEARNING_RATE'])
  })

  test('a token of the runner is refused by name before anything is recorded', async () => {
    await using bench = await aProject()

    const host = await bench.run(train, { passEnv: 'GITHUB_TOKEN' }, { env: { GITHUB_TOKEN: 'topsecret' } })

    expect(failureOf(host)).toMatch(/GITHUB_TOKEN.* is the token of the job/)
    expect(await bench.entries()).toEqual([])
  })

  test('it cannot speak to the runner, and a secret that it prints is hidden', async () => {
    const hostile = ['::set-output name=run::evil', '##vso[task.complete result=Succeeded]', '##[error]boo', 'hunter22']
    await using bench = await aProject(
      `${hostile.map((line) => `console.log(${JSON.stringify(line)})`).join('\n')}\nprocess.exit(1)`,
    )
    const host = bench.host({ token: 'hunter22' }, { context: inCi('x') })
    host.mask('hunter22')

    await main(train.definition, train.run, host)

    expect(host.text).toContain('set-output name=run')
    expect(host.text).not.toMatch(/^::set-output/m)
    expect(host.text).not.toMatch(/##(vso)?\[/)
    expect(host.text).not.toContain('hunter22')
    expect(JSON.stringify(await onlyRun(bench))).not.toContain('hunter22')
  })
})

describe('a job that may not write', () => {
  test('trains and tells, and records nothing', async () => {
    await using bench = await aProject()

    const host = await bench.run(train, {}, { context: fromFork })

    expect(host.ended?.exitCode).toBe(0)
    expect(host.outputs.get('state')).toBe('succeeded')
    expect(host.summaryText).toMatch(/### Not recorded[^]*run r-\w+ of kettle started[^]*run r-\w+ succeeded/)
    expect(await bench.entries()).toEqual([])
    expect([...host.savedState]).toEqual([])
  })
})
