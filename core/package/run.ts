import { rm } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import type { Context, Run } from '../main/context.ts'
import { toolVersion } from '../main/version.ts'
import { shortDigest } from '../records/digest.ts'
import { type PackagePredicate, statement } from '../records/evidence.ts'
import { type Tree, treeSize } from '../records/tree.ts'
import { assemble } from './assemble.ts'
import type { definition } from './definition.ts'
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
  await demandRoom(folder, host.inputName('folder'))
  const { tree, smoke } = await makeIn(folder, context, models)
  const predicate = predicateOf(context, { models, tree, smoke })
  const evidence = []
  for (const { reference, version } of models) {
    const about = { name: reference, digest: version.files.digest }
    evidence.push(await workspace.evidence.add(statement('package', about, predicate)))
  }

  host.summary(summaryOf(predicate, { folder: shownFrom(host.context.folder, folder), tree }))
  const references = models.map(({ reference }) => reference)
  const what = `${tree.files.length} files, ${treeSize(tree).toLocaleString('en-US')} bytes, ${shortDigest(tree.digest)}`
  return done(
    { folder, digest: tree.digest, reference: references[0] ?? '', evidence: evidence[0]?.id },
    { message: `Packaged ${references.join(', ')}: ${what}` },
  )
}

/** Makes a package beside its place, and puts it there only when it serves. */
async function makeIn(folder: string, context: PackageContext, models: readonly PackagedModel[]) {
  const { inputs, workspace, host, signal } = context
  const made = await roomBeside(folder)
  try {
    const tree = await assemble(made, {
      models,
      configuration: inputs.configuration?.value,
      files: workspace.files,
    })
    host.log.info(`${tree.files.length} files, ${shortDigest(tree.digest)}; trying them`)
    const smoke = await smokeTest(context, { folder: made, models })
    signal.throwIfAborted()
    await putInPlace(made, folder)
    return { tree, smoke }
  } finally {
    await rm(made, { recursive: true, force: true })
  }
}

function predicateOf(
  { inputs, project }: PackageContext,
  {
    models,
    tree,
    smoke: { engine, ...smoke },
  }: { readonly models: readonly PackagedModel[]; readonly tree: Tree; readonly smoke: Smoke },
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
    tool: { name: 'trainyard', version: toolVersion },
  }
}

function shownFrom(top: string, path: string): string {
  return relative(top, path).split(sep).join('/')
}
