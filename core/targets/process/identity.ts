import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { isErrno } from '../../engines/process/group.ts'

/**
 * One process, and no other that gets its number later. `start` is when it began, as the system says: on Linux the boot and
 * the clock ticks since then, elsewhere the second.
 */
export interface ProcessIdentity {
  readonly pid: number
  readonly start: string
}

/** The identity of this very process. */
export function ownIdentity(): ProcessIdentity {
  const start = startOf(process.pid)
  if (start === undefined) throw new Error('the system does not list this process')
  return { pid: process.pid, start }
}

/** Whether the process is there and has not ended; one that ended and for whom nobody waits (a zombie) has. */
export function isRunning({ pid, start }: ProcessIdentity): boolean {
  return startOf(pid) === start
}

/** When the process with this number began; undefined when there is none, or only a zombie. */
export function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startByProc(pid) : startByPs(pid)
}

/**
 * Field 22 of /proc/<pid>/stat, with the boot it counts from. The second field is the name in brackets, which may hold anything.
 * Source: proc_pid_stat(5).
 */
export function startByProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, ticks] = [fields[0], fields[19]]
    return state === 'Z' || state === 'X' || ticks === undefined ? undefined : `${boot()}:${ticks}`
  } catch (error) {
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return undefined
    throw error
  }
}

/** The same by `ps`, to the second, which all other systems with POSIX processes have. */
export function startByPs(pid: number): string | undefined {
  const { stdout, error } = spawnSync('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    shell: false,
  })
  if (error !== undefined) throw error
  const [, state = 'Z', start] = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(stdout) ?? []
  return state.startsWith('Z') ? undefined : start
}

let bootId: string | undefined

function boot(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  return bootId
}
