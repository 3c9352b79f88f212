import { shortDigest } from '../../records/digest.ts'
import type { DatasetVersion, ModelVersion } from '../../records/model.ts'
import type { Run } from '../../records/run.ts'
import type { TreeFile } from '../../records/tree.ts'
import { readPromotion } from '../report/read/promotion.ts'
import type { Served } from '../serving/overview.ts'
import { type Evidence, evidenceBranch } from '../show/evidence.ts'
import { bytes, filesText } from '../show/run-branch.ts'
import { metricsOf, took } from '../show/runs.ts'
import { when } from '../text-table.ts'
import type { GraphNode } from './graph.ts'

/** The commit that a run was made from; undefined outside of git. */
export function commitNode({ git }: Pick<Run, 'git'>): GraphNode | undefined {
  if (git.commit === undefined) return undefined
  const dirty = git.isDirty === true ? ['with uncommitted changes'] : []
  return {
    id: `commit ${git.commit}${git.isDirty === true ? ' dirty' : ''}`,
    kind: 'commit',
    title: git.commit.slice(0, 12),
    details: [...dirty, ...[git.repository, git.ref].filter((part) => part !== undefined)],
  }
}

export function codeNode({ code }: Pick<Run, 'code'>): GraphNode {
  return {
    id: `code ${code.digest}`,
    kind: 'code',
    title: shortDigest(code.digest),
    details: [filesText(code).split(', ').slice(0, 2).join(', ')],
  }
}

export function environmentNode({ environment }: Pick<Run, 'environment'>): GraphNode {
  const { kind, python, digest } = environment
  return {
    id: `environment ${digest ?? kind}`,
    kind: 'environment',
    title: digest === undefined ? kind : shortDigest(digest),
    details: [...(python === undefined ? [] : [`Python ${python}`]), ...(digest === undefined ? [] : [kind])],
  }
}

export function dataNode({ path, size, digest }: TreeFile): GraphNode {
  return { id: `data ${digest}`, kind: 'data', title: path, details: [`${bytes(size)}, ${shortDigest(digest)}`] }
}

export function datasetNode({ name, version, files, rows, createdAt }: DatasetVersion): GraphNode {
  const size = filesText(files).split(', ').slice(0, 2).join(', ')
  return {
    id: `dataset ${name}@${version}`,
    kind: 'dataset',
    title: `${name}@${version}`,
    details: [size, ...(rows === undefined ? [] : [`${rows} rows`]), `registered ${when(createdAt)}`],
  }
}

export function runNode(run: Run): GraphNode {
  const metrics = metricsOf(run)
  const length = run.endedAt === undefined ? '' : ` in ${took(run)}`
  return {
    id: `run ${run.id}`,
    kind: 'run',
    title: run.id,
    details: [
      `${run.state}${length}`,
      ...(metrics === '' ? [] : [metrics]),
      `${when(run.startedAt)} by ${run.by.name}`,
    ],
  }
}

/** A version with the aliases that name it. */
export function versionNode(version: ModelVersion, aliases: readonly string[]): GraphNode {
  return {
    id: `version ${version.model}@${version.version}`,
    kind: 'version',
    title: `${version.model}@${version.version}`,
    details: [
      ...(aliases.length === 0 ? [] : [aliases.join(', ')]),
      `registered ${when(version.createdAt)}`,
      `by ${version.by.name}`,
    ],
  }
}

/** Evidence of one kind, the newest, and how many earlier ones there are. */
export function evidenceNode(evidence: Evidence, earlier: number): GraphNode {
  const { id, kind, verdict, at, by } = evidence
  const below = (evidenceBranch(evidence).below ?? []).map(({ text }) =>
    text.replaceAll(/sha256:([0-9a-f]{12})[0-9a-f]{52}/g, '$1'),
  )
  const { title, rest } = headline(evidence, below)
  return {
    id: `evidence ${id}`,
    kind,
    title,
    details: [...rest.slice(0, 2), `${when(at)} by ${by.name}`, ...(earlier === 0 ? [] : [`and ${earlier} earlier`])],
    ...(verdict === undefined ? {} : { verdict }),
  }
}

/** The most telling of what evidence says, and what it says besides. */
function headline(
  evidence: Evidence,
  below: readonly string[],
): { readonly title: string; readonly rest: readonly string[] } {
  const { kind, verdict, id } = evidence
  if (verdict !== undefined) return { title: verdict, rest: below }
  const promotion = kind === 'promotion' ? readPromotion(evidence) : undefined
  if (promotion !== undefined)
    return {
      title: promotion.rollback === undefined ? 'promoted' : `rolled back from @${promotion.rollback.from}`,
      rest: below,
    }
  const [, word, rest] =
    /^(image|held|package) {2}(.*)$/.exec(below.find((line) => /^(image|held) {2}/.test(line)) ?? below[0] ?? '') ?? []
  if (word === undefined || rest === undefined) return { title: shortDigest(id), rest: below }
  return { title: rest, rest: below.filter((line) => line !== `${word}  ${rest}`) }
}

/** What serves a version somewhere. */
export function deploymentNode({ endpoint, deployment, share, since, health, role }: Served): GraphNode {
  return {
    id: `deployment ${endpoint}/${deployment}`,
    kind: 'deployment',
    title: endpoint,
    details: [`${role ?? 'not recorded'}, ${share} % of the requests`, health, `since ${when(since)}`],
    tone: health === 'healthy' ? 'good' : health === 'not on this machine' ? 'unsure' : 'bad',
  }
}
