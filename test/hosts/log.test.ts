import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildProbes, cases, removeProbes, run } from './faces.ts'
import { hostileLines } from './probe/hostile.ts'

beforeAll(buildProbes)
afterAll(removeProbes)

const inCi = cases.filter(({ face }) => face !== 'local')

describe.concurrent.each(cases)('$face on $on', ({ face, node }) => {
  test('prints lines in their order, groups without nesting, and progress seldom', async () => {
    const { log } = await run(face, node, 'log')

    const plain = log.filter((line) => !line.includes('notice') && !line.includes('##[end'))
    const expected = [
      'an ordinary line',
      'outer',
      'inside',
      'inner',
      'deeper',
      'fails',
      'uploading: 0 %',
      'uploading: 100 %',
    ]
    expect(plain.map((line) => line.replace('##[group]', '')).filter((line) => expected.includes(line))).toEqual(
      expected,
    )
    expect(log.filter((line) => line.startsWith('uploading'))).toHaveLength(2)
  })

  test('shows a summary', async () => {
    const { summary } = await run(face, node, 'summary')

    const words = summary.toLowerCase()
    expect(words.indexOf('gate')).toBeLessThan(words.indexOf('second'))
    expect(words).toMatch(/auc\W+0\.89/)
  })
})

describe.concurrent.each(inCi)('$face on $on', ({ face, node }) => {
  test('opens and closes every group, one that fails included', async () => {
    const { log } = await run(face, node, 'log')

    const marks = log.filter((line) => /^##\[(group|endgroup)\]/.test(line))
    expect(marks).toEqual(['##[group]outer', '##[endgroup]', '##[group]fails', '##[endgroup]'])
  })

  test('marks the places that warnings and errors name', async () => {
    const { annotations } = await run(face, node, 'log')

    expect(annotations.filter(({ level }) => level !== 'notice')).toMatchObject([
      { level: 'warning', message: '100 % of\nthe rows: a, b', file: 'odd, name: 50%.yml', line: '12' },
      { level: 'error', message: 'a column; a ] bracket', file: 'b.yml' },
    ])
  })

  test('lets nothing speak to the runner: no child, no name, no message', async () => {
    const seen = await run(face, node, 'hostile')

    expect(seen.misdeeds).toEqual([])
    expect([...seen.outputs]).toEqual([])
    expect([...seen.state]).toEqual([])
    expect(seen.masks).not.toContain('e')
    expect(seen.result).toBe('warned')
    // The only annotation is our own.
    expect(seen.annotations).toHaveLength(1)
    expect(seen.annotations[0]?.level).toBe('warning')
    expect(seen.log.filter((line) => /^##\[(error|command|notice)/.test(line))).toEqual([])
  })

  test('still shows people what a hostile child printed', async () => {
    const { log } = await run(face, node, 'hostile')

    for (const line of [
      'error::after a carriage return',
      '[error]anywhere',
      'vso[task.complete result=Succeeded;]done',
    ])
      expect(log.join('\n')).toContain(line)
  })
})

describe.concurrent.each(cases.filter(({ face }) => face === 'local'))('$face on $on', ({ face, node }) => {
  test('shows at a terminal what a child printed, unchanged', async () => {
    const { log } = await run(face, node, 'hostile')

    expect(log).toEqual(expect.arrayContaining(hostileLines.filter((line) => !line.includes('\r'))))
  })

  test('lets nothing speak to the runner when the command stands in a CI script', async () => {
    const { log } = await run(face, node, 'hostile', { env: { GITHUB_ACTIONS: 'true' } })

    expect(log.filter((line) => /^\s*::|##\[|##vso/.test(line))).toEqual([])
  })
})
