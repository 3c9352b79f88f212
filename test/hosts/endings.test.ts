import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildProbes, cases, code, removeProbes, run, type Seen } from './faces.ts'

beforeAll(buildProbes)
afterAll(removeProbes)

function errorsOf({ annotations }: Seen): readonly string[] {
  return annotations.filter(({ level }) => level === 'error').map(({ message }) => message)
}

describe.concurrent.each(cases)('$face on $on', ({ face, node }) => {
  test('ends well', async () => {
    const seen = await run(face, node, 'succeed')

    expect(seen).toMatchObject({ result: 'succeeded', exitCode: 0, annotations: [], misdeeds: [] })
    expect(seen.log).toContain('flights@3 is registered')
  })

  test('ends well with a warning', async () => {
    const seen = await run(face, node, 'warn')

    expect(seen).toMatchObject({ result: 'warned', exitCode: 0, misdeeds: [] })
    expect(seen.log.join('\n')).toContain('inconclusive, and the step was told to go on')
  })

  test('fails with one error that says whose move it is', async () => {
    const seen = await run(face, node, 'failOnService')

    expect(seen).toMatchObject({ result: 'failed', exitCode: code(face, 4), misdeeds: [] })
    const printed = seen.log.join('\n')
    expect(printed).toContain('A service failed (TY0501)')
    expect(printed).toContain('while trying to push (at https://x, status 502)')
    expect(printed.split('TY0501')).toHaveLength(2)
  })

  test('fails with a rejection', async () => {
    const seen = await run(face, node, 'reject')

    expect(seen).toMatchObject({ result: 'failed', exitCode: code(face, 3) })
    expect(seen.log.join('\n')).toContain('auc is 0.81, below 0.85')
  })

  test('the first ending stands, and a later failure is only told', async () => {
    const seen = await run(face, node, 'twice')

    expect(seen).toMatchObject({ result: 'succeeded', exitCode: 0, annotations: [] })
    expect(seen.log.join('\n')).toContain('After the end of the step: A service failed')
  })

  test('loses nothing of two megabytes before a failure, though the reader is slow', async () => {
    const seen = await run(face, node, 'flood', { readAfterMs: 500 })

    const lines = seen.log.filter((line) => /^\d{6} /.test(line))
    expect(lines).toHaveLength(20_000)
    expect(lines.at(-1)?.startsWith('019999 ')).toBe(true)
    expect(seen).toMatchObject({ result: 'failed', exitCode: code(face, 4) })
    expect(seen.outputs.get('verdict')).toBe('set before the failure')
    expect(seen.log.join('\n')).toContain('TY0501')
  })

  test.each([
    ['a lost promise', 'lostPromise', 'a promise was lost'],
    ['a lost promise inside a group', 'lostPromiseInGroup', 'a promise was lost'],
    ['an error that nobody catches', 'uncaught', 'TypeError: thrown in a callback'],
    ['a rejection that nobody handles', 'unhandled', 'TypeError: rejected and forgotten'],
    ['a library that ends the process', 'exits', 'ended the process with exit code 0'],
  ])('%s is a defect and never green', async (_, scenario, words) => {
    const seen = await run(face, node, scenario)

    expect(seen).toMatchObject({ result: 'failed', exitCode: code(face, 70), misdeeds: [] })
    expect(seen.log.join('\n')).toContain('A defect in Trainyard (TY9999)')
    expect(seen.log.join('\n')).toContain(words)
    if (face !== 'local') expect(errorsOf(seen)).toHaveLength(1)
  })
})

describe.concurrent.each(cases.filter(({ face }) => face !== 'local'))('$face on $on', ({ face, node }) => {
  test('shows one error, and marks at most eight places in files', async () => {
    const seen = await run(face, node, 'failOnFile')

    const [marks, rest] = [seen.annotations.slice(0, -1), seen.annotations.slice(-1)]
    expect(marks).toHaveLength(8)
    expect(marks[7]).toMatchObject({ level: 'error', file: 'criteria.yml', line: '8', column: '3' })
    expect(rest).toMatchObject([{ level: 'error', file: undefined }])
    expect(rest[0]?.message).toContain('criteria[11] "ten % of: a, b" (in criteria.yml:12:3) is not a number')
  })

  test('prints whole what is too long for an error', async () => {
    const seen = await run(face, node, 'longFailure')

    const [error] = errorsOf(seen)
    expect(error?.length).toBeLessThanOrEqual(4096)
    expect(error).toContain('(the whole text is in the log)')
    expect(seen.log.some((line) => line.includes('THE END'))).toBe(true)
  })
})
