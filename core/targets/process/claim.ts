import { randomUUID } from 'node:crypto'
import { linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isErrno } from '../../engines/process/group.ts'
import { isRunning, type ProcessIdentity } from './identity.ts'

/** What a process wrote when it claimed a place: who it is, and what else it has to say. */
export interface ClaimRecord extends ProcessIdentity {
  readonly [fact: string]: unknown
}

/** Where a claim is written. */
export interface Place {
  readonly path: string
}

/** One claim as it was found. */
export interface Claim extends Place {
  readonly record: ClaimRecord
}

/** How often others may win the place before that is a defect. */
const mostTries = 100

/**
 * Claims a place (`router`, `server-<name>`) for a process, as long as it lives: of any number of processes that claim it at
 * the same time, one gets it. Claims are numbered files; the highest counts. The next number is taken by `link`, which fails
 * when it is there, and only once the holder of the highest has ended; so there is nothing to unlock, and a process that is
 * killed at any instruction leaves a claim that everybody sees to be dead.
 *
 * @returns where it is written, or undefined while another process that lives has the place
 * @throws when the folder is not there: the endpoint has been removed meanwhile.
 */
export function claim<T extends ProcessIdentity>(folder: string, key: string, record: T): Place | undefined {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const top = numbersOf(folder, key).at(-1) ?? 0
    const holder = top === 0 ? undefined : read(pathOf(folder, key, top))
    if (holder !== undefined && isRunning(holder)) return undefined
    const path = pathOf(folder, key, top + 1)
    if (!place(folder, path, record)) continue
    // Somebody who read the folder after us may have gone further, over a number that was swept meanwhile.
    if (numbersOf(folder, key).at(-1) !== top + 1) {
      rmSync(path, { force: true })
      continue
    }
    sweep(folder, key, top)
    return { path }
  }
  throw new Error(`${key} in ${folder} changes hands without end`)
}

/** The claim that counts, of a process that lives or has ended; undefined where nobody ever claimed. */
export function latestClaim(folder: string, key: string): Claim | undefined {
  const top = numbersOf(folder, key).at(-1)
  if (top === undefined) return undefined
  const path = pathOf(folder, key, top)
  const record = read(path)
  // It was swept between the listing and the reading, so there is a higher one.
  return record === undefined ? latestClaim(folder, key) : { path, record }
}

/** Every place that was ever claimed in this folder. A missing folder has none. */
export function claimedKeys(folder: string): readonly string[] {
  const keys = list(folder).flatMap((name) => /^(.+)\.\d+\.json$/.exec(name)?.[1] ?? [])
  return [...new Set(keys)].sort()
}

/** Takes a claim back, whose process has ended or will at once. */
export function dropClaim({ path }: Place): void {
  rmSync(path, { force: true })
}

function place(folder: string, path: string, record: ProcessIdentity): boolean {
  const temporary = join(folder, `${process.pid}-${randomUUID()}.tmp`)
  writeFileSync(temporary, `${JSON.stringify(record)}\n`, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(temporary, path)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}

function sweep(folder: string, key: string, upTo: number): void {
  for (const number of numbersOf(folder, key)) {
    if (number <= upTo) rmSync(pathOf(folder, key, number), { force: true })
  }
}

function numbersOf(folder: string, key: string): readonly number[] {
  return list(folder)
    .filter((name) => name.startsWith(`${key}.`) && /^\d+\.json$/.test(name.slice(key.length + 1)))
    .map((name) => Number.parseInt(name.slice(key.length + 1), 10))
    .sort((a, b) => a - b)
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}

function pathOf(folder: string, key: string, number: number): string {
  return join(folder, `${key}.${number}.json`)
}

function read(path: string): ClaimRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (isClaim(record)) return record
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw new Error(`${path} cannot be read`, { cause: error })
  }
  throw new Error(`${path} is not a claim`)
}

function isClaim(value: unknown): value is ClaimRecord {
  if (typeof value !== 'object' || value === null) return false
  return 'pid' in value && Number.isSafeInteger(value.pid) && 'start' in value && typeof value.start === 'string'
}
