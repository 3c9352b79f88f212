import { describe, expect, test } from 'vitest'
import { Bench, failureOf, promote } from './bench.ts'

const project = (lines: readonly string[]) => ['version: 1', ...lines, 'models:', '  flights: {}', ''].join('\n')

describe('where the project file requires reasons', () => {
  const files = { 'trainyard.yml': project(['workspace:', '  url: ../workspace', '  reasons: required']), m: 'bytes' }

  test('a promotion without one is refused before anything is done, and names the input', async () => {
    await using bench = await Bench.make(files)
    await bench.version('flights', 'm')

    const host = await bench.run(promote, { candidate: 'flights@1' })
    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/reason is missing, and trainyard\.yml says `reasons: required` under `workspace`/)
    expect(await bench.entries()).toHaveLength(1)
  })

  test('one with a reason is recorded with it', async () => {
    await using bench = await Bench.make(files)
    await bench.version('flights', 'm')

    await bench.go(promote, { candidate: 'flights@1', reason: 'the first', force: 'true' })
    const model = await bench.look(({ models }) => models.find('flights'))
    expect(model?.history).toMatchObject([{ to: 1, why: 'the first', isForced: true, by: { name: 'tester' } }])
  })
})

test('where it does not, a reason may be left out', async () => {
  await using bench = await Bench.make({ 'trainyard.yml': project([]), m: 'bytes' })
  await bench.version('flights', 'm')

  const host = await bench.run(promote, { candidate: 'flights@1' })
  expect(failureOf(host)).not.toContain('reason is missing')
})
