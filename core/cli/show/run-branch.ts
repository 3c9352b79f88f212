import { shortDigest } from '../../records/digest.ts'
import type { EnvironmentRecord, Run } from '../../records/run.ts'
import { type Tree, treeSize } from '../../records/tree.ts'
import { when } from '../text-table.ts'
import type { Branch } from '../text-tree.ts'
import { who } from '../who.ts'
import { metricsOf, took } from './runs.ts'

/** A run on one line. */
export function runLine(run: Run): string {
  const length = run.endedAt === undefined ? '' : ` in ${took(run)}`
  return `run ${run.id}  ${run.state}${length}, started ${when(run.startedAt)} by ${who(run.by)}`
}

/** What a run was made from, and what came out. */
export function runBranches(run: Run): readonly Branch[] {
  const metrics = metricsOf(run)
  const params = Object.entries(run.end?.params ?? {}).map(([name, value]) => `${name}=${String(value)}`)
  return [
    { text: `command  ${run.command.join(' ')}` },
    { text: `commit  ${commitText(run)}` },
    { text: `code  ${filesText(run.code)}` },
    {
      text: run.data.length === 0 ? 'data  none declared' : 'data',
      below: run.data.map(({ path, size, digest }) => ({ text: `${path}  ${bytes(size)}  ${shortDigest(digest)}` })),
    },
    ...(run.datasets ?? []).map((dataset) => ({ text: `dataset  ${dataset}` })),
    { text: `environment  ${environmentText(run.environment)}` },
    { text: `machine  ${run.machine.os} ${run.machine.arch}, ${run.machine.cpus} × ${run.machine.cpuModel}` },
    ...(params.length === 0 ? [] : [{ text: `parameters  ${params.join(' ')}` }]),
    ...(metrics === '' ? [] : [{ text: `metrics  ${metrics}` }]),
    ...(run.previousAttempt === undefined ? [] : [{ text: `repeats run ${run.previousAttempt}` }]),
    ...(run.by.url === undefined ? [] : [{ text: run.by.url }]),
  ]
}

/** A tree of files on one line. */
export function filesText(tree: Tree): string {
  const count = tree.files.length
  return `${count} ${count === 1 ? 'file' : 'files'}, ${bytes(treeSize(tree))}, ${shortDigest(tree.digest)}`
}

/** The state of a checkout on one line. */
export function commitText({ git }: Pick<Run, 'git'>): string {
  if (git.commit === undefined) return 'none: not a git checkout'
  const where = [git.repository, git.ref].filter((part) => part !== undefined).join(' ')
  return `${git.commit.slice(0, 12)}${where === '' ? '' : ` (${where})`}${git.isDirty === true ? ', with uncommitted changes' : ''}`
}

/** The environment of a run in words. */
export function environmentText({ kind, python, digest }: EnvironmentRecord): string {
  const version = python === undefined ? '' : `, Python ${python}`
  return `${kind}${version}${digest === undefined ? '' : `, ${shortDigest(digest)}`}`
}

/** A size in bytes, kB, MB or GB, of a thousand each. */
export function bytes(size: number): string {
  const steps = ['B', 'kB', 'MB', 'GB']
  const step = Math.min(steps.length - 1, size < 1 ? 0 : Math.floor(Math.log10(size) / 3))
  return `${Number((size / 1000 ** step).toPrecision(3))} ${steps[step] ?? 'B'}`
}
