import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { digestFiles } from '../engines/code/digest.ts'
import { globFiles } from '../engines/code/glob.ts'
import { InputError } from '../errors/errors.ts'
import { type Digest, isDigest } from '../records/digest.ts'
import type { ModelVersion } from '../records/model.ts'
import { treeOf } from '../records/tree.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { deploymentName } from './serving.ts'
import type { DeploymentSpec } from './target.ts'

const predicateShape = z.looseObject({
  package: z.looseObject({ digest: z.custom<Digest>((text) => isDigest(String(text))) }),
})

/** A package that is proven to serve a version. */
export interface ProvenPackage {
  readonly spec: DeploymentSpec
  readonly digest: Digest
}

/**
 * What to deploy from a package's folder: demands that the workspace holds the evidence of that very package about the version's
 * very bytes, so that nothing is deployed under a name that it has not.
 *
 * @param input how users of this host write the input
 * @throws InputError when there is no package, or no such evidence.
 */
export async function provenPackage(
  folder: string,
  version: ModelVersion,
  { workspace, input }: { readonly workspace: Workspace; readonly input: string },
): Promise<ProvenPackage> {
  const reference = `${version.model}@${version.version}`
  const refused = (problem: string) =>
    new InputError({ faults: [{ subject: input, source: { kind: 'input' }, value: folder, problem }] })
  if (!(await isFile(join(folder, 'serve.mjs')))) throw refused('holds no package: there is no serve.mjs')
  const { digest } = treeOf(await digestFiles(folder, await globFiles(folder, ['**', '!node_modules'])))
  const known = await packagesOf(version, workspace)
  if (!known.includes(digest)) {
    const others = known.length === 0 ? 'there is none about it' : `there is of ${known.join(', ')}`
    throw refused(`is ${digest}, and no evidence says that it serves ${reference} (${others}); run package first`)
  }
  return { digest, spec: { name: deploymentName(version.version, digest), folder, digest, models: [reference] } }
}

async function packagesOf({ files }: ModelVersion, { evidence }: Workspace): Promise<readonly Digest[]> {
  const records = await evidence.about(files.digest, 'package')
  const statements = await Promise.all(records.map(({ id }) => evidence.read(id)))
  return statements.flatMap(({ predicate }) => {
    const parsed = predicateShape.safeParse(predicate)
    return parsed.success ? [parsed.data.package.digest] : []
  })
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true
}
