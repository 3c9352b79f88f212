import { rm } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import type { Context, Run } from '../main/context.ts'
import { toolVersion } from '../main/version.ts'
import { shortDigest } from '../records/digest.ts'
import { type PackagePredicate, statement } from '../records/evidence.ts'
import { type Tree, treeSize } from '../records/tree.ts'
import { assemble } from './assemble.ts'
import type { definition } from './definition.ts'
import { type Image, type ImagePlan, imagePlan, makeImage } from './image.ts'
import { type PackagedModel, modelsToPackage } from './models.ts'
import { demandRoom, putInPlace, roomBeside } from './place.ts'
import { type Smoke, smokeTest } from './smoke.ts'
import { summaryOf } from './summary.ts'

type PackageContext = Context<typeof definition>

/** Packages versions: writes the folder, tries it, puts it in its place, and records what was seen about each version. */
export const run: Run<typeof definition> = async (context) => {
  const { inputs, workspace, host, done } = context
  const { folder } = inputs
  const models = await modelsToPackage(context)
  const plan = imagePlan(context, models)
  await demandRoom(folder, host.inputName('folder'))
  const made = await makeIn(folder, context, { models, plan })
  const { tree } = made
  const predicate = predicateOf(context, made)
  const evidence = []
  for (const { reference, version } of models) {
    const about = { name: reference, digest: version.files.digest }
    evidence.push(await workspace.evidence.add(statement('package', about, predicate)))
    await workspace.models.hashed(version)
  }

  host.summary(summaryOf(predicate, { folder: shownFrom(host.context.folder, folder), tree }))
  const references = models.map(({ reference }) => reference)
  const what = `${tree.files.length} files, ${treeSize(tree).toLocaleString('en-US')} bytes, ${shortDigest(tree.digest)}`
  return done(
    {
      folder,
      digest: tree.digest,
      reference: references[0] ?? '',
      image: made.image?.name,
      imageId: made.image?.id,
      evidence: evidence[0]?.id,
    },
    { message: `Packaged ${references.join(', ')}: ${what}` },
  )
}

/** A package that serves. */
interface Made {
  readonly models: readonly PackagedModel[]
  readonly tree: Tree
  readonly smoke: Smoke
  readonly image: Image | undefined
}

/** Makes a package beside its place, and puts it there only when it serves. */
async function makeIn(
  folder: string,
  context: PackageContext,
  { models, plan }: { readonly models: readonly PackagedModel[]; readonly plan: ImagePlan | undefined },
): Promise<Made> {
  const { inputs, workspace, host, signal } = context
  const made = await roomBeside(folder)
  try {
    const parts = { models, configuration: inputs.configuration?.value, files: workspace.files }
    const { tree, config } = await assemble(made, parts)
    host.log.info(`${tree.files.length} files, ${shortDigest(tree.digest)}; trying them`)
    const smoke = await smokeTest(context, { folder: made, models })
    const content = { folder: made, tree, models, port: config.port }
    const image = plan === undefined ? undefined : await makeImage(context, plan, content)
    signal.throwIfAborted()
    await putInPlace(made, folder)
    return { models, tree, smoke, image }
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

function predicateOf(
  { inputs, project }: PackageContext,
  { models, tree, smoke: { engine, ...smoke }, image }: Made,
): PackagePredicate {
  const { configuration } = inputs
  return {
    package: { digest: tree.digest },
    models: models.map(({ reference, version }) => ({
      reference,
      name: version.model,
      version: version.version,
      digest: version.files.digest,
    })),
    serving: { engine },
    ...(configuration === undefined
      ? {}
      : { configuration: { digest: configuration.digest, file: shownFrom(project.folder, configuration.path) } }),
    smoke,
    ...(image === undefined ? {} : { image }),
    tool: { name: 'trainyard', version: toolVersion },
  }
}

function shownFrom(top: string, path: string): string {
  return relative(top, path).split(sep).join('/')
}
