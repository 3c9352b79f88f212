import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ControlGroup } from './control-group.ts'

/** A process, and where the kernel tells of processes and their groups. */
export interface GroupSearch {
  readonly pid: number
  /** A part of the group's path, so that another process of the same number elsewhere is not taken for this one. */
  readonly name: string
  /** Default `/proc`. */
  readonly proc?: string
  /** Default `/sys/fs/cgroup`. */
  readonly mount?: string
}

/**
 * The control group that a process is in, of version 1 where that has the memory controller, else of version 2; undefined where
 * this system shows none of that name: it is another machine's, or another namespace's.
 */
export function findControlGroup({
  pid,
  name,
  proc = '/proc',
  mount = '/sys/fs/cgroup',
}: GroupSearch): ControlGroup | undefined {
  const file = join(proc, String(pid), 'cgroup')
  if (!existsSync(file)) return undefined
  const paths = new Map<string, string>()
  for (const line of readFileSync(file, 'latin1').trim().split('\n')) {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (path.includes(name)) for (const controller of controllers.split(',')) paths.set(controller, path)
  }
  const folder = (controller: string): string | undefined => {
    const path = paths.get(controller)
    return path === undefined ? undefined : join(mount, controller, path)
  }
  const [cpuacct, cpu, memory, unified] = ['cpuacct', 'cpu', 'memory', ''].map(folder)
  if (cpuacct !== undefined && cpu !== undefined && memory !== undefined)
    return { kind: 'cgroup-v1', cpuacct, cpu, memory }
  return unified === undefined ? undefined : { kind: 'cgroup-v2', folder: unified }
}
