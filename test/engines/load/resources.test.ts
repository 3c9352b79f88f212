import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { sampleControlGroup } from '../../../core/engines/load/resources/control-group.ts'
import { sampleProcess } from '../../../core/engines/load/resources/process.ts'
import { type ResourceSample, resourcesBetween } from '../../../core/engines/load/resources/resource.ts'
import { ExternalError } from '../../../core/errors/errors.ts'

const made: string[] = []

afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder with these files. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'control-group-'))
  made.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** A file in a new folder of a folder. */
function writeInto(folder: string, [name, file]: readonly [string, string], text: string): void {
  mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, name, file), text)
}

/** Uses this much CPU time, however long that takes. */
function burn(ms: number): void {
  const before = process.cpuUsage()
  for (;;) {
    const { user, system } = process.cpuUsage(before)
    if (user + system >= ms * 1000) return
  }
}

function errorOf(act: () => unknown): ExternalError {
  try {
    act()
  } catch (error) {
    if (error instanceof ExternalError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a process', () => {
  it('is sampled with its CPU time, memory and peak', () => {
    const [own, before] = [process.cpuUsage(), sampleProcess(process.pid)]
    burn(400)
    const [used, after] = [process.cpuUsage(own), sampleProcess(process.pid)]

    // Two counters with steps of 10 ms each, and what was used between the two ways to look.
    const { cpuMs, cores } = resourcesBetween(before, after, 0)
    expect(Math.abs(cpuMs - (used.user + used.system) / 1000)).toBeLessThan(60)
    expect(cores).toBeGreaterThan(0)
    expect(after.memoryBytes / process.memoryUsage().rss).toBeCloseTo(1, 0)
    expect(after.peakMemoryBytes).toBeGreaterThanOrEqual(after.memoryBytes)
    expect(after.identity).toBe(before.identity)
  })

  it('that is not there is an error that says so', () => {
    const error = errorOf(() => sampleProcess(2 ** 22 + 1))
    expect(error.code).toBe('TY0501')
    expect(error.message).toContain('no such process')
  })

  it('cannot be sampled without /proc, and the error says what to do', () => {
    const error = errorOf(() => sampleProcess(process.pid, folderOf({})))
    expect(error.code).toBe('TY0503')
    expect(error.message).toContain('Run this step on Linux')
  })

  it('may have any name', () => {
    const stat = `7 (a) b (c d) R 1 ${'0 '.repeat(9)}12 34 ${'0 '.repeat(6)}555 0`
    const proc = folderOf({})
    for (const [name, file, text] of [
      ['self', 'stat', ''],
      ['7', 'stat', stat],
      ['7', 'status', 'Name:\ta) b (c d\nVmHWM:\t    2000 kB\nVmRSS:\t    1000 kB\n'],
    ] as const) {
      writeInto(proc, [name, file], text)
    }
    expect(sampleProcess(7, proc)).toMatchObject({
      cpuMs: 460,
      identity: 'started 555',
      memoryBytes: 1_024_000,
      peakMemoryBytes: 2_048_000,
    })
  })
})

describe('a control group', () => {
  const v2 = {
    'cpu.stat': 'usage_usec 1500000\nuser_usec 1\nnr_periods 200\nnr_throttled 50\nthrottled_usec 750000\n',
    'memory.current': '90000000\n',
    'memory.stat': 'anon 1\ninactive_file 20000000\nactive_file 3\n',
    'memory.peak': '120000000\n',
  }

  it('of version 2 is read', () => {
    expect(sampleControlGroup({ kind: 'cgroup-v2', folder: folderOf(v2) })).toMatchObject({
      cpuMs: 1500,
      memoryBytes: 70_000_000,
      peakMemoryBytes: 120_000_000,
      throttling: { periods: 200, throttledPeriods: 50, throttledMs: 750 },
    })
  })

  it('of version 2 on an old kernel, and without a CPU limit, says less', () => {
    const { 'memory.peak': _, ...rest } = v2
    const sample = sampleControlGroup({
      kind: 'cgroup-v2',
      folder: folderOf({ ...rest, 'cpu.stat': 'usage_usec 2000\n' }),
    })
    expect(sample.cpuMs).toBe(2)
    expect(sample.peakMemoryBytes).toBeUndefined()
    expect(sample.throttling).toBeUndefined()
  })

  it('of version 1 is read from its three hierarchies', () => {
    const group = {
      kind: 'cgroup-v1',
      cpuacct: folderOf({ 'cpuacct.usage': '2500000000\n' }),
      cpu: folderOf({ 'cpu.stat': 'nr_periods 10\nnr_throttled 4\nthrottled_time 8000000\n' }),
      memory: folderOf({
        'memory.usage_in_bytes': '50\n',
        'memory.stat': 'inactive_file 1\ntotal_inactive_file 8\n',
        'memory.max_usage_in_bytes': '60\n',
      }),
    } as const
    expect(sampleControlGroup(group)).toMatchObject({
      cpuMs: 2500,
      memoryBytes: 42,
      peakMemoryBytes: 60,
      throttling: { periods: 10, throttledPeriods: 4, throttledMs: 8 },
    })
  })

  it('of this machine is read where there is one', () => {
    const at = (controller: string): string => join('/sys/fs/cgroup', controller)
    const group = { kind: 'cgroup-v1', cpuacct: at('cpuacct'), cpu: at('cpu'), memory: at('memory') } as const
    if (!existsSync(join(group.memory, 'memory.usage_in_bytes')) || !existsSync(join(group.cpuacct, 'cpuacct.usage'))) {
      process.stderr.write('SKIPPED the control groups of this machine: it has none of version 1\n')
      return
    }
    const before = sampleControlGroup(group)
    burn(100)
    const after = sampleControlGroup(group)
    expect(resourcesBetween(before, after, 10).cpuMs).toBeGreaterThan(80)
    expect(after.memoryBytes).toBeGreaterThan(1e6)
  })

  it('that is gone, or of the other version, is an error that names it', () => {
    const folder = folderOf({ 'cpuacct.usage': '1\n' })
    const error = errorOf(() => sampleControlGroup({ kind: 'cgroup-v2', folder }))
    expect(error.code).toBe('TY0501')
    expect(error.facts.address).toBe(folder)
  })
})

describe('what was used between two samples', () => {
  const before: ResourceSample = { atMs: 1000, cpuMs: 500, memoryBytes: 10 }
  const throttling = (periods: number, throttledPeriods: number) => ({ periods, throttledPeriods, throttledMs: 0 })

  it('is CPU time, cores, CPU time per request, and the memory at the end', () => {
    const after = { atMs: 3000, cpuMs: 1500, memoryBytes: 30, peakMemoryBytes: 40 }
    expect(resourcesBetween(before, after, 200)).toEqual({
      cpuMs: 1000,
      cores: 0.5,
      cpuMsPerRequest: 5,
      memoryBytes: 30,
      peakMemoryBytes: 40,
    })
    expect(resourcesBetween(before, after, 0).cpuMsPerRequest).toBeUndefined()
  })

  it('has the share of the throttled periods where there were any', () => {
    const [first, second] = [
      { ...before, throttling: throttling(10, 1) },
      { ...before, atMs: 2000 },
    ]
    expect(resourcesBetween(first, { ...second, throttling: throttling(30, 6) }, 1).throttledShare).toBe(0.25)
    expect(resourcesBetween(first, { ...second, throttling: throttling(10, 1) }, 1).throttledShare).toBeUndefined()
  })

  it('is refused for samples in the wrong order and of different processes', () => {
    expect(() => resourcesBetween(before, before, 1)).toThrow(RangeError)
    const [first, second] = [
      { ...before, identity: 'started 1' },
      { ...before, atMs: 2000, identity: 'started 2' },
    ]
    expect(() => resourcesBetween(first, second, 1)).toThrow(RangeError)
  })
})
