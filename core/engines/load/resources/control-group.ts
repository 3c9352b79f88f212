import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExternalError } from '../../../errors/errors.ts'
import { isErrno } from '../../process/group.ts'
import type { ResourceSample } from './resource.ts'

/** A control group of Linux. Version 1 keeps CPU time, CPU limit and memory in three hierarchies, often with the same path in each. */
export type ControlGroup =
  | { readonly kind: 'cgroup-v2'; readonly folder: string }
  | { readonly kind: 'cgroup-v1'; readonly cpuacct: string; readonly cpu: string; readonly memory: string }

/**
 * CPU time, memory and throttling of a control group from its counters, which are what a container engine's own statistics are
 * made of. The memory is the working set: usage without inactive files. Peaks include the page cache.
 *
 * @throws ExternalError TY0501 when the folder is not there or holds other counters.
 */
export function sampleControlGroup(group: ControlGroup): ResourceSample {
  try {
    return { atMs: performance.now(), ...(group.kind === 'cgroup-v2' ? version2(group.folder) : version1(group)) }
  } catch (cause) {
    const address = group.kind === 'cgroup-v2' ? group.folder : group.cpuacct
    const details = 'Its counters cannot be read: the group has ended, or is of another version.'
    throw new ExternalError({ code: 'TY0501', facts: { operation: 'read a control group', address }, details, cause })
  }
}

type Counters = Omit<ResourceSample, 'atMs'>

function version2(folder: string): Counters {
  const cpu = table(join(folder, 'cpu.stat'))
  const memory = table(join(folder, 'memory.stat'))
  return {
    cpuMs: field(cpu, 'usage_usec') / 1000,
    memoryBytes: number(join(folder, 'memory.current')) - field(memory, 'inactive_file'),
    ...peak(join(folder, 'memory.peak')),
    ...(cpu.has('nr_periods')
      ? {
          throttling: {
            periods: field(cpu, 'nr_periods'),
            throttledPeriods: field(cpu, 'nr_throttled'),
            throttledMs: field(cpu, 'throttled_usec') / 1000,
          },
        }
      : {}),
  }
}

function version1({ cpuacct, cpu, memory }: Extract<ControlGroup, { kind: 'cgroup-v1' }>): Counters {
  const limits = table(join(cpu, 'cpu.stat'))
  return {
    cpuMs: number(join(cpuacct, 'cpuacct.usage')) / 1e6,
    memoryBytes:
      number(join(memory, 'memory.usage_in_bytes')) - field(table(join(memory, 'memory.stat')), 'total_inactive_file'),
    ...peak(join(memory, 'memory.max_usage_in_bytes')),
    throttling: {
      periods: field(limits, 'nr_periods'),
      throttledPeriods: field(limits, 'nr_throttled'),
      throttledMs: field(limits, 'throttled_time') / 1e6,
    },
  }
}

/** Kernels before 5.19 have no peak in version 2. */
function peak(file: string): Pick<Counters, 'peakMemoryBytes'> {
  try {
    return { peakMemoryBytes: number(file) }
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return {}
    throw error
  }
}

function number(file: string): number {
  const value = Number(readFileSync(file, 'latin1').trim())
  if (!Number.isFinite(value)) throw new TypeError(`${file} holds no number`)
  return value
}

/** Lines of `name value`. */
function table(file: string): ReadonlyMap<string, number> {
  const lines = readFileSync(file, 'latin1').trim().split('\n')
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' ')), Number(line.slice(line.indexOf(' ') + 1))]))
}

function field(values: ReadonlyMap<string, number>, name: string): number {
  const value = values.get(name)
  if (value === undefined || !Number.isFinite(value)) throw new TypeError(`there is no counter ${name}`)
  return value
}
