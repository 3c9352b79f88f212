import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { powerCells } from '../cells/power.ts'
import type { Table } from '../tally.ts'
import { Cache } from './cache.ts'
import { type Progress, simulated } from './simulation.ts'

const folder = mkdtempSync(join(tmpdir(), 'trainyard-error-rates-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** More gates than one piece has. */
const runs = 300

/** What was counted, as it is. */
const counted: Table = {
  name: 'counted',
  cells: powerCells.filter(({ cost }) => cost === 1).slice(0, 2),
  lines: (tallies) => tallies.map((tally) => JSON.stringify(tally)),
}

describe('a simulation', () => {
  it('comes to the same with one worker and with two, and after it was interrupted', async () => {
    const file = join(folder, 'deep', 'cache.jsonl')
    const one = await simulated([counted], { runs, workers: 1, cache: new Cache(file) })

    const other = await simulated([counted], { runs, workers: 2, cache: new Cache(`${file}.other`) })
    // In the midst of the last of four lines, as a process that is killed leaves it.
    truncateSync(file, readFileSync(file).length - 20)
    const progress: Progress[] = []
    const cache = new Cache(file)
    const again = await simulated([counted], { runs, workers: 2, cache, onProgress: (now) => progress.push(now) })
    const known = await simulated([counted], { runs, workers: 0, cache: new Cache(file) })

    const lines = one.get('counted')?.map((line): unknown => JSON.parse(line))
    expect(lines).toHaveLength(2)
    expect(lines?.[0]).not.toEqual(lines?.[1])
    expect(lines?.[0]).toMatchObject({ runs })
    expect(other).toEqual(one)
    expect(again).toEqual(one)
    expect(known).toEqual(one)
    expect(progress).toEqual([{ done: 4, known: 3, all: 4 }])
  })

  it('draws other gates for each piece of a cell', async () => {
    const file = join(folder, 'pieces.jsonl')
    await simulated([{ ...counted, cells: counted.cells.slice(0, 1) }], {
      runs: 500,
      workers: 1,
      cache: new Cache(file),
    })

    const [first = '', second = ''] = readFileSync(file, 'utf8').split('\n')
    const countsOf = (line: string) => line.slice(line.indexOf('"counts"'))
    expect(countsOf(second)).toContain('pass')
    expect(countsOf(first)).not.toBe(countsOf(second))
  })

  it('fails with what went wrong in a thread', async () => {
    const unknown: Table = { ...counted, cells: [{ name: 'no such cell', count: () => ({}) }] }
    const cache = new Cache(join(folder, 'none.jsonl'))

    await expect(simulated([unknown], { runs, workers: 1, cache })).rejects.toThrow('there is no cell no such cell')
  })
})
