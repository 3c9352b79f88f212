import { createHash } from 'node:crypto'
import type { EnvironmentRecord } from '../../records/run.ts'
import { describe } from './interpreter.ts'
import { findProgram } from '../process/not-started.ts'
import { outputOf, type Surroundings } from './tool.ts'

const question = `
import importlib.metadata as metadata
found = {(each.metadata["Name"] or "").lower().replace("_", "-"): each.version for each in metadata.distributions()}
print("\\n".join(sorted("%s==%s" % each for each in found.items())))`

/**
 * Describes the environment that a command finds on its machine: its Python and every package that this one sees. A command
 * that is not started by Python has none that could be described.
 */
export async function existingEnvironment(
  command: readonly string[],
  around: Surroundings,
): Promise<EnvironmentRecord> {
  const [first = ''] = command
  const program = /[/\\]/.test(first) ? first : findProgram(first, around.env)
  if (program === undefined || !/(^|[/\\])python[0-9.]*(\.exe)?$/i.test(first)) return { kind: 'none' }
  const [python, packages] = await Promise.all([describe(program, around), outputOf([program, '-c', question], around)])
  if (python === undefined || packages === undefined) return { kind: 'existing' }
  const { implementation, version } = python
  const digest = createHash('sha256').update(`${implementation} ${version}\n${packages}\n`).digest('hex')
  return { kind: 'existing', python: version, digest: `sha256:${digest}` }
}
