import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Tree, treeOf } from '../records/tree.ts'
import { packageFiles, packageTree } from '../scoring/client/packaged.ts'
import { type ServeConfig, serveConfig } from '../scoring/config.ts'
import type { Files } from '../workspace/workspace.ts'
import type { Configuration } from './configuration.ts'
import type { PackagedModel } from './models.ts'
import { serverFolder } from './server-files.ts'

/** What a package is made of. */
export interface Parts {
  readonly models: readonly PackagedModel[]
  /** Undefined: everything as the server has it by default. */
  readonly configuration: Configuration | undefined
  readonly files: Files
}

/** A package that was written. */
export interface Assembled {
  readonly tree: Tree
  /** What its serve.json says. */
  readonly config: ServeConfig
}

/** Readable for every user, since a container's is another one. */
const anyone = 0o644

/**
 * Writes a package into an empty folder: the server with its runtime, serve.json, and the models. The same parts give the same
 * bytes: nothing in it says when, where or by whom it was made.
 */
export async function assemble(folder: string, { models, configuration, files }: Parts): Promise<Assembled> {
  const from = serverFolder()
  await mkdir(folder, { recursive: true })
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (!entry.isFile()) continue
    await copyFile(join(from, entry.name), join(folder, entry.name))
    await chmod(join(folder, entry.name), anyone)
  }
  await files.fetch(treeOf(models.map(({ path, onnx }) => ({ ...onnx, path }))), folder)
  const config = configOf(models, configuration)
  const text = `${JSON.stringify(config, undefined, 2)}\n`
  await writeFile(join(folder, packageFiles.configuration), text, { mode: anyone })
  return { tree: await packageTree(folder), config }
}

/** serve.json with every default written out, so that a later server serves this package in the same way. */
function configOf(models: readonly PackagedModel[], configuration: Configuration | undefined): ServeConfig {
  const { version: _, dockerfile: __, ...settings } = configuration ?? {}
  const served = models.map(({ version, onnx, path }) => ({
    name: version.model,
    version: version.version,
    file: path,
    digest: onnx.digest,
  }))
  return serveConfig.parse({ ...settings, models: served })
}
