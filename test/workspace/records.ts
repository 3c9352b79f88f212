import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { statement } from '../../core/records/evidence.ts'
import { type CloudEvent, runEvent, versionEvent } from '../../core/records/event.ts'
import type { ModelVersion, VersionStart } from '../../core/records/model.ts'
import type { Run, RunEnd, RunStart } from '../../core/records/run.ts'
import { type Tree, treeOf } from '../../core/records/tree.ts'
import type { AuditEntry, Workspace } from '../../core/workspace/workspace.ts'

const noFiles = treeOf([])

/** The event of a registration, as the register step makes it. */
export function registered(version: ModelVersion): CloudEvent {
  return versionEvent({ type: 'model.registered', version, git: { ref: 'refs/heads/main' }, at: version.createdAt })
}

/** The event of a run that succeeded. */
export function completed(run: Run, files: Tree): CloudEvent {
  return runEvent(run, { at: '2026-01-01T00:00:00.000Z', digest: files.digest })
}

/** Keeps one file with this text. */
export function keep(workspace: Workspace, folder: string, text: string, path = 'model.onnx'): Promise<Tree> {
  const from = join(folder, `source-${Math.random()}`)
  writeFileSync(from, text)
  return workspace.files.put([{ path, from }], { isModel: true })
}

/** Registers files under the name `flights`. */
export function register(workspace: Workspace, files: Tree, start: Partial<VersionStart> = {}) {
  return workspace.models.register({ model: 'flights', files, tags: {}, datasets: [], ...start }, registered)
}

/** A run that is about to begin. */
export function runStart(start: Partial<RunStart> = {}): RunStart {
  return {
    model: 'flights',
    experiment: 'flights',
    command: ['python', 'train.py'],
    git: { commit: 'c0ffee', ref: 'refs/heads/main' },
    environment: { kind: 'none' },
    code: noFiles,
    data: [],
    machine: { os: 'linux', arch: 'x64', cpus: 2, cpuModel: 'cpu', memoryBytes: 1 },
    deadline: '2999-01-01T00:00:00.000Z',
    ...start,
  }
}

/** How a run ended. */
export function runEnd(end: Partial<RunEnd> = {}): RunEnd {
  return { state: 'succeeded', exitCode: 0, metrics: { auc: 0.89 }, params: { C: 1 }, artifacts: noFiles, ...end }
}

/** A gate's statement about files. */
export function gate(files: Tree, kind: 'pass' | 'fail') {
  return statement('gate', { name: 'flights', digest: files.digest }, { verdict: { kind }, why: Math.random() })
}

/** Everything that an audit tells; fails where the chain breaks. */
export async function trail(workspace: Workspace): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = []
  for await (const entry of workspace.audit()) entries.push(entry)
  return entries
}
