import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What package.json says, once, about the whole project: names, people, addresses and the version. */
export interface About {
  readonly name: string
  readonly description: string
  readonly keywords: readonly string[]
  readonly license: string
  readonly author: string
  /** The publisher's id on the Visual Studio Marketplace. */
  readonly publisher: string
  readonly version: string
  /** The version's three numbers; a pre-release suffix is left out. */
  readonly numbers: { readonly major: number; readonly minor: number; readonly patch: number }
  /** `owner/name` on GitHub, as workflows write it after `uses:`. */
  readonly repository: string
  /** `https://github.com/owner/name`. */
  readonly repositoryUrl: string
  readonly homepage: string
  readonly bugs: string
}

const manifest = z.object({
  name: z.string(),
  description: z.string(),
  keywords: z.array(z.string()),
  license: z.string(),
  author: z.string(),
  publisher: z.string(),
  version: z.string(),
  homepage: z.string(),
  bugs: z.string(),
  repository: z.object({ url: z.string() }),
})

/**
 * Reads package.json.
 *
 * @param root The top folder, absolute.
 * @throws Error when it lacks one of these entries, or the version is no SemVer, or the repository is not on GitHub.
 */
export function aboutProject(root: string): About {
  const { repository, ...rest } = manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  const [, name] = /^git\+https:\/\/github\.com\/([\w.-]+\/[\w.-]+)\.git$/.exec(repository.url) ?? []
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)(?:-[\w.]+)?$/.exec(rest.version) ?? []
  if (name === undefined) throw new Error(`package.json: the repository is not on GitHub: ${repository.url}`)
  if (patch === undefined) throw new Error(`package.json: the version is not a SemVer: ${rest.version}`)
  return {
    ...rest,
    numbers: { major: Number(major), minor: Number(minor), patch: Number(patch) },
    repository: name,
    repositoryUrl: `https://github.com/${name}`,
  }
}
