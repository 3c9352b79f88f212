import { groupEnds, isErrno, signalGroup } from '../../engines/process/group.ts'
import { ExternalError } from '../../errors/errors.ts'
import { isRunning, type ProcessIdentity } from './identity.ts'
import { pause } from './pause.ts'

/** After SIGKILL a process is gone as soon as the kernel gets to it. */
const afterKillMs = 10_000

/**
 * Ends a process by SIGTERM and, after the grace, by SIGKILL together with its group. A process that only has the same number,
 * because ours ended long ago, is not touched.
 *
 * @throws ExternalError when the system does not let us, or the process stays.
 */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  if (!isRunning(identity)) return
  send(identity, 'SIGTERM')
  if (await hasEnded(identity, graceMs)) return
  // It leads its group, so the group has its number; checked again, since time has passed.
  if (isRunning(identity)) await signalGroup(identity.pid, 'SIGKILL')
  if ((await hasEnded(identity, afterKillMs)) && (await groupEnds(identity.pid, afterKillMs))) return
  throw cannotEnd(identity, 'it is still there after SIGKILL')
}

async function hasEnded(identity: ProcessIdentity, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs
  while (isRunning(identity)) {
    if (performance.now() >= until) return false
    await pause(20)
  }
  return true
}

function send(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(identity.pid, signal)
  } catch (error) {
    if (isErrno(error, 'ESRCH')) return
    throw cannotEnd(identity, 'it belongs to another user', error)
  }
}

function cannotEnd({ pid }: ProcessIdentity, why: string, cause?: unknown): ExternalError {
  const details = `Process ${pid} could not be ended: ${why}.`
  return new ExternalError({ code: 'TY0503', facts: { operation: `end process ${pid}` }, details, cause })
}
