import { servedPath } from '../../engines/mlflow/artifacts.ts'
import type { MlflowVersion } from '../../engines/mlflow/models.ts'
import { ExternalError } from '../../errors/errors.ts'
import type { Actor, GitState } from '../../records/actor.ts'
import { isSafePath, type Tree, type TreeFile, treeOf } from '../../records/tree.ts'
import { measure } from '../blobs/verify.ts'
import type { BlobFiles } from '../files.ts'
import { packTree } from '../registry/pack.ts'
import { tagsOf, type VersionRecord } from './record.ts'
import { marks, type MlflowService } from './service.ts'

/**
 * The record of a version that somebody else registered: its files are listed from the artifact store and read once for their
 * digests. The digest of the tree is kept in a tag, for people and for the next Trainyard that asks.
 *
 * A version whose files the server does not serve has no files here, and a tag that says where they are.
 */
export async function foreignRecord(
  version: MlflowVersion,
  own: string,
  { service, files }: { readonly service: MlflowService; readonly files: BlobFiles },
): Promise<VersionRecord> {
  const { tree, problem } = await treeAt(version, service, files)
  const given = tagsOf(version)
  const tags = Object.fromEntries(Object.entries(given).filter(([key]) => !key.startsWith('trainyard.')))
  const git = await gitOfRun(version, service)
  const { description } = version
  return {
    v: 1,
    start: {
      model: own,
      files: await packTree(tree, files),
      tags: { ...tags, ...(problem === undefined ? {} : { MlflowFiles: problem }) },
      datasets: [],
      ...(description === undefined || description === '' ? {} : { description }),
      ...(git.ref === undefined ? {} : { ref: git.ref }),
    },
    by: foreigner(version.user_id),
    git,
  }
}

/** Somebody who works at the server without us. */
export function foreigner(user: string | undefined): Actor {
  return { name: user === undefined || user === '' ? 'unknown, at the MLflow server' : user, host: 'mlflow' }
}

async function treeAt(
  version: MlflowVersion,
  service: MlflowService,
  files: BlobFiles,
): Promise<{ readonly tree: Tree; readonly problem?: string }> {
  const { models, artifacts } = service.api
  const uri = await models.downloadUri(version.name, version.version)
  const folder = servedPath(uri)
  if (folder === undefined)
    return { tree: treeOf([]), problem: `not served by the MLflow server: ${uri}`.slice(0, 500) }
  try {
    const found: TreeFile[] = []
    for await (const { path } of artifacts.walk(folder))
      found.push(await hashed(path, path.slice(folder.length + 1), { service, files }))
    if (found.length === 0) return { tree: treeOf([]), problem: `nothing is at ${uri}`.slice(0, 500) }
    const tree = treeOf(found)
    await models.setVersionTag(version.name, version.version, { key: marks.digest, value: tree.digest })
    return { tree }
  } catch (error) {
    if (!(error instanceof ExternalError) || error.code === 'TY0502') throw error
    return { tree: treeOf([]), problem: `not readable: ${error.message}`.slice(0, 500) }
  }
}

async function hashed(
  path: string,
  inside: string,
  { service, files }: { readonly service: MlflowService; readonly files: BlobFiles },
): Promise<TreeFile> {
  const stream = await service.api.artifacts.get(path)
  if (stream === undefined || !isSafePath(inside)) {
    throw new ExternalError({ facts: { operation: `read ${path}`, address: service.api.connection.url } })
  }
  const measured = await measure(stream, () => Promise.resolve())
  files.learn(measured.digest, path)
  return { path: inside, ...measured }
}

/** What MLflow's client notes of the checkout that a run was made in. */
async function gitOfRun({ run_id: runId }: MlflowVersion, service: MlflowService): Promise<GitState> {
  if (runId === undefined || runId === '') return {}
  const run = await service.api.runs.find(runId)
  const tags = new Map(run?.data.tags.map(({ key, value }) => [key, value]))
  const commit = tags.get('mlflow.source.git.commit')
  const branch = tags.get('mlflow.source.git.branch')
  return {
    ...(commit === undefined ? {} : { commit }),
    ...(branch === undefined ? {} : { ref: `refs/heads/${branch}` }),
  }
}
