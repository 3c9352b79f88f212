import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { errorMessage } from '../../errors/errors.ts'

/** Windows has no process groups. There a child shares our console, and a tree is ended by `taskkill /T`, at once and by force. */
export const hasGroups = process.platform !== 'win32'

const pollMs = 50

/**
 * Sends a signal to a child and everything that it started, as far as they stayed in its process group.
 *
 * @returns whether anyone was there to receive it
 */
export async function signalGroup(leader: number, signal: NodeJS.Signals): Promise<boolean> {
  return hasGroups ? send(leader, signal) : endTree(leader)
}

/** Whether any process of the group is alive. */
export function isGroupAlive(leader: number): boolean {
  return hasGroups && send(leader, 0) && !areAllZombies(leader)
}

/**
 * Signals reach zombies too: orphans that ended, and for whom nobody waits. In a container whose first process does not wait
 * (a job container's is often `tail`) they stay for ever, and must not be waited for here. Only Linux lists them cheaply.
 */
function areAllZombies(leader: number): boolean {
  if (process.platform !== 'linux') return false
  const states = readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((pid) => {
      const { group, state } = statusOf(pid)
      return group === leader ? [state] : []
    })
  return states.every((state) => state === 'Z' || state === 'X')
}

/** Reads /proc/<pid>/stat: `pid (name) state ppid pgrp …`, where the name may hold anything, brackets too. */
function statusOf(pid: string): { state?: string | undefined; group?: number } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state, group: Number(group) }
  } catch (error) {
    // It ended between the listing and the reading.
    if (isErrno(error, 'ENOENT') || isErrno(error, 'ESRCH')) return {}
    throw error
  }
}

/** Waits until the group is empty; false when it is not after that time. */
export async function groupEnds(leader: number, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs
  while (isGroupAlive(leader)) {
    if (performance.now() >= until) return false
    await sleep(pollMs)
  }
  return true
}

function send(leader: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-leader, signal)
  } catch (error) {
    // EPERM: macOS says so of a group that holds nothing but zombies; on Linux, of processes that changed their user.
    if (['ESRCH', 'EPERM'].some((code) => isErrno(error, code))) return false
    throw error
  }
}

function endTree(leader: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn('taskkill', ['/pid', String(leader), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
    child.on('error', (error) => {
      reject(new Error(`taskkill could not be started: ${errorMessage(error)}`, { cause: error }))
    })
    child.on('exit', (exitCode) => {
      resolve(exitCode === 0)
    })
  })
}

/** Whether an error of the operating system has this code (`ENOENT`). */
export function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
