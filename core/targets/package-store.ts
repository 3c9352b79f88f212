import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { cp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isErrno } from '../engines/process/group.ts'
import { ExternalError } from '../errors/errors.ts'
import type { Deployment } from '../records/deployment.ts'
import { type Digest, hexOf } from '../records/digest.ts'
import { ensureFolder } from '../workspace/durable.ts'
import type { ProvenPackage } from './package-of.ts'

/** How many retired deployments of an endpoint keep their packages, so that a rollback finds them. */
const keptRetired = 2

/**
 * The packages that are deployed on this machine, each under its digest: a server needs its files for as long as it runs, and a
 * checkout is wiped by the next job.
 */
export class PackageStore {
  readonly #folder: string

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, 'packages')
  }

  /** Keeps a package, and gives the package in its place there. @throws ExternalError when it changes while it is copied. */
  async keep({ spec, digest }: ProvenPackage, treeOf: (folder: string) => Promise<{ readonly digest: Digest }>) {
    const place = this.#placeOf(digest)
    if (!(await isFolder(place))) await this.#copy(spec.folder, place)
    const copied = (await treeOf(place)).digest
    if (copied !== digest) {
      await rm(place, { recursive: true, force: true })
      const details = `${spec.folder} changed while it was copied: it is ${copied} now, and was ${digest}`
      throw new ExternalError({ facts: { operation: 'keep the package' }, details })
    }
    return { ...spec, folder: place }
  }

  /** The folder of a package that is kept; undefined where it is not. */
  async find(digest: Digest): Promise<string | undefined> {
    const place = this.#placeOf(digest)
    return (await isFolder(place)) ? place : undefined
  }

  /** Removes what no deployment needs, and no rollback to one of the latest. */
  async sweep(deployments: readonly Deployment[]): Promise<void> {
    const needed = new Set(neededOf(deployments).map((digest) => nameOf(digest)))
    for (const name of await list(this.#folder)) {
      // What is being copied has another name, and may be somebody else's.
      if (/^[0-9a-f]+$/.test(name) && !needed.has(name))
        await rm(join(this.#folder, name), { recursive: true, force: true })
    }
  }

  async #copy(from: string, place: string): Promise<void> {
    await ensureFolder(this.#folder)
    // A laptop's default lies in a checkout, and is nothing to commit.
    await writeFile(join(dirname(this.#folder), '.gitignore'), '*\n')
    const temporary = `${place}.${randomUUID()}`
    try {
      await cp(from, temporary, { recursive: true, dereference: true, mode: constants.COPYFILE_FICLONE })
      await rename(temporary, place)
    } catch (error) {
      // Another process was faster with the same package.
      if (!isErrno(error, 'ENOTEMPTY') && !isErrno(error, 'EEXIST')) throw error
    } finally {
      await rm(temporary, { recursive: true, force: true })
    }
  }

  #placeOf(digest: Digest): string {
    return join(this.#folder, nameOf(digest))
  }
}

function neededOf(deployments: readonly Deployment[]): readonly Digest[] {
  const retired = new Map<string, Deployment[]>()
  for (const one of deployments) {
    if (one.state === 'retired') retired.set(one.endpoint, [...(retired.get(one.endpoint) ?? []), one])
  }
  const latest = [...retired.values()].flatMap((all) =>
    all.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, keptRetired),
  )
  const live = deployments.filter(({ state }) => state === 'live')
  return [...live, ...latest].flatMap(({ package: digest }) => (digest === undefined ? [] : [digest]))
}

function nameOf(digest: Digest): string {
  return hexOf(digest).slice(0, 32)
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  })
  return found?.isDirectory() === true
}

async function list(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
}
