import { spawnSync } from 'node:child_process'

/** A process of this machine. */
export interface RunningProcess {
  readonly pid: number
  readonly command: string
}

/** Every process whose command line names this folder. */
export function processesOf(folder: string): readonly RunningProcess[] {
  const { stdout } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,args='], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 ** 2,
  })
  return stdout
    .split('\n')
    .filter((line) => line.includes(folder))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().replace(/^\d+ /, '') }))
}

/** Ends every process whose command line names this folder, for tests that went wrong. */
export function endProcessesOf(folder: string): void {
  for (const { pid } of processesOf(folder)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
      continue
    }
  }
}
