import type { Context, Run } from '../main/context.ts'
import { datasetNamed } from '../main/dataset/named.ts'
import { filesOf } from '../main/subject.ts'
import { counted, sized } from '../main/words.ts'
import { shortDigest } from '../records/digest.ts'
import type { Tree } from '../records/tree.ts'
import { verifyInPlace } from './dataset.ts'
import type { definition } from './definition.ts'

/** Writes the files of a version, run or dataset to a folder, verified. */
export const run: Run<typeof definition> = async (context) => {
  const { host, done } = context
  const { reference, files } = await fetched(context)
  for (const file of files.files)
    host.log.info(`${file.path} (${counted(file.size, 'byte')}, ${shortDigest(file.digest)})`)
  return done(
    { reference, digest: files.digest, files: files.files.length },
    { message: `Fetched ${reference}: ${sized(files)}` },
  )
}

interface Fetched {
  readonly reference: string
  readonly files: Tree
}

async function fetched({ inputs, workspace, host }: Context<typeof definition>): Promise<Fetched> {
  const { candidate, dataset, folder } = inputs
  if (candidate !== undefined) {
    const { reference, files } = await filesOf(candidate, workspace)
    await workspace.files.fetch(files, folder)
    return { reference, files }
  }
  const subject = host.inputName('dataset')
  const found = await datasetNamed(dataset ?? '', workspace, subject)
  if (found.isByReference === true) await verifyInPlace(found, folder)
  else await workspace.files.fetch(found.files, folder)
  return { reference: `${found.name}@${found.version}`, files: found.files }
}
