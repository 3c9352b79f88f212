import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExternalError } from '../../../errors/errors.ts'
import type { ResourceSample } from './resource.ts'

/** Linux counts CPU time for /proc in hundredths of a second on every processor that Node runs on. */
const tickMs = 10

/**
 * CPU time and memory of a process and all its threads, from /proc; its children are not in it. CPU time comes in steps of
 * 10 ms, so measure over seconds.
 *
 * @param proc where the kernel's process files are mounted.
 * @throws ExternalError TY0503 where there is no /proc (Linux has it), TY0501 when there is no such process.
 */
export function sampleProcess(pid: number, proc = '/proc'): ResourceSample {
  const operation = `read CPU and memory of process ${pid}`
  if (!existsSync(join(proc, 'self', 'stat'))) {
    const details = `This system (${process.platform}) has no ${proc}, from which they are read. Run this step on Linux.`
    throw new ExternalError({ code: 'TY0503', facts: { operation }, details })
  }
  try {
    const stat = readFileSync(join(proc, String(pid), 'stat'), 'latin1')
    const status = readFileSync(join(proc, String(pid), 'status'), 'latin1')
    return { atMs: performance.now(), ...fromStat(stat), ...fromStatus(status) }
  } catch (cause) {
    throw new ExternalError({
      code: 'TY0501',
      facts: { operation },
      details: 'There is no such process (any more).',
      cause,
    })
  }
}

/** Reads `pid (name) state ppid … utime stime … starttime …`; the name may hold anything, brackets and spaces too. */
function fromStat(stat: string): Pick<ResourceSample, 'cpuMs' | 'identity'> {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [user, system, started] = [fields[11], fields[12], fields[19]]
  return { cpuMs: (Number(user) + Number(system)) * tickMs, identity: `started ${started}` }
}

function fromStatus(status: string): Pick<ResourceSample, 'memoryBytes' | 'peakMemoryBytes'> {
  const kibibytes = (name: string): number | undefined => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
    return found === undefined ? undefined : Number(found) * 1024
  }
  const memoryBytes = kibibytes('VmRSS')
  // A process that has ended and was not waited for has no memory.
  if (memoryBytes === undefined) throw new TypeError('the process has ended')
  const peakMemoryBytes = kibibytes('VmHWM')
  return { memoryBytes, ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }) }
}
