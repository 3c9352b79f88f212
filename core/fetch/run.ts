import type { Run } from '../main/context.ts'
import { filesOf } from '../main/subject.ts'
import { counted, sized } from '../main/words.ts'
import { shortDigest } from '../records/digest.ts'
import type { definition } from './definition.ts'

/** Writes the files of a version or run to a folder, verified. */
export const run: Run<typeof definition> = async ({ inputs, workspace, host, done }) => {
  const { reference, files } = await filesOf(inputs.candidate, workspace)
  await workspace.files.fetch(files, inputs.folder)
  for (const file of files.files)
    host.log.info(`${file.path} (${counted(file.size, 'byte')}, ${shortDigest(file.digest)})`)
  return done(
    { reference, digest: files.digest, files: files.files.length },
    { message: `Fetched ${reference}: ${sized(files)}` },
  )
}
