import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../errors/errors.ts'
import type { Digest } from '../records/digest.ts'
import { digestShape } from '../records/digest-shape.ts'
import type { ModelVersion } from '../records/model.ts'
import type { Tree } from '../records/tree.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { deploymentName } from './serving.ts'
import type { DeploymentSpec } from './target.ts'

const predicateShape = z.object({
  package: z.object({ digest: digestShape }),
  models: z.array(z.object({ reference: z.string() })),
})

/** A package that is proven to serve a version. */
export interface ProvenPackage {
  readonly spec: DeploymentSpec
  readonly digest: Digest
}

/** What is known where a package is looked at. */
export interface PackageQuestion {
  readonly version: ModelVersion
  readonly workspace: Workspace
  /** How users of this host write the input that names the folder. */
  readonly input: string
  /** The files of a package. */
  readonly treeOf: (folder: string) => Promise<Tree>
}

/**
 * What to deploy from a package's folder: demands that the workspace holds the evidence of that very package about the version's
 * very bytes, so that nothing is deployed under a name that it has not.
 *
 * @throws InputError when there is no package, or no such evidence.
 */
export async function provenPackage(folder: string, question: PackageQuestion): Promise<ProvenPackage> {
  const { version, workspace, input, treeOf } = question
  const reference = `${version.model}@${version.version}`
  const refused = (problem: string) =>
    new InputError({ faults: [{ subject: input, source: { kind: 'input' }, value: folder, problem }] })
  if (!(await isFile(join(folder, 'serve.mjs')))) throw refused('holds no package: there is no serve.mjs')
  const { digest } = await treeOf(folder)
  const known = await packagesOf(version, workspace)
  const found = known.find((one) => one.package.digest === digest)
  if (found === undefined) {
    const digests = known.map((one) => one.package.digest)
    const others = digests.length === 0 ? 'there is none about it' : `there is of ${digests.join(', ')}`
    throw refused(`is ${digest}, and no evidence says that it serves ${reference} (${others}); run package first`)
  }
  const models = found.models.map((model) => model.reference)
  return { digest, spec: { name: deploymentName(version.version, digest), folder, digest, models } }
}

async function packagesOf({ files }: ModelVersion, { evidence }: Workspace) {
  const records = await evidence.about(files.digest, 'package')
  const statements = await Promise.all(records.map(({ id }) => evidence.read(id)))
  return statements.flatMap(({ predicate }) => {
    const parsed = predicateShape.safeParse(predicate)
    return parsed.success ? [parsed.data] : []
  })
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true
}
