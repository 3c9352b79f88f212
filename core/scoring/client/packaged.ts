import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestFiles } from '../../engines/code/digest.ts'
import { globFiles } from '../../engines/code/glob.ts'
import { InputError } from '../../errors/errors.ts'
import type { Digest } from '../../records/digest.ts'
import { type Tree, treeOf } from '../../records/tree.ts'
import { parseConfig, type ServeConfig } from '../config.ts'

/** The two files by which a folder is known to be a package. */
export const packageFiles = { server: 'serve.mjs', configuration: 'serve.json' } as const

/** A package in a folder, as it is now. */
export interface Packaged {
  readonly folder: string
  /** Of all its files together. What somebody installed beside them does not count. */
  readonly digest: Digest
  readonly config: ServeConfig
}

/** The files of a package with their digests. What somebody installed in `node_modules` later, for speed, is none of them. */
export async function packageTree(folder: string): Promise<Tree> {
  return treeOf(await digestFiles(folder, await globFiles(folder, ['**', '!node_modules'])))
}

/**
 * Reads a package.
 *
 * @throws InputError when the folder holds none; ConfigError TY0102 when its serve.json is not valid.
 */
export async function readPackage(folder: string): Promise<Packaged> {
  const file = join(folder, packageFiles.configuration)
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (cause) {
    throw new InputError({ details: `${folder} holds no package: there is no ${packageFiles.configuration}`, cause })
  }
  const config = parseConfig(text, file)
  return { folder, digest: (await packageTree(folder)).digest, config }
}
