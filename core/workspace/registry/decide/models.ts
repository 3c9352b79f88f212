import { InputError } from '../../../errors/errors.ts'
import type { CloudEvent } from '../../../records/event.ts'
import { notFound } from '../../failures.ts'
import type { Decision } from '../../ledger/transact.ts'
import type { Change, EvidenceAdded, VersionArchived, VersionDeleted } from '../changes.ts'
import { type ModelDoc, own, type RunsDoc, type VersionsDoc } from '../documents.ts'
import type { StoredVersion, StoredVersionStart } from '../stored.ts'
import { knownRun, pruned } from './runs.ts'

/** The model under a name. @throws InputError TY0205 */
export function knownModel(doc: ModelDoc | undefined, name: string): ModelDoc {
  if (doc === undefined || doc.last === 0) throw notFound(`no model is called ${name}`)
  return doc
}

/** The version under a number, deleted or not. @throws InputError TY0205 */
export function knownVersion(page: VersionsDoc | undefined, model: string, version: number): StoredVersion {
  const found = own(page, String(version))
  if (found === undefined) throw notFound(`${model} has no version ${version}`)
  return found
}

/** The version under a number, if it was not deleted. @throws InputError TY0205 */
export function liveVersion(page: VersionsDoc | undefined, model: string, version: number): StoredVersion {
  const found = knownVersion(page, model, version)
  if (found.deletedAt !== undefined) throw notFound(`${model}@${version} was deleted at ${found.deletedAt}`)
  return found
}

/**
 * The version under a number, if something new may serve or name it.
 *
 * @throws InputError TY0205 when there is none, or it was deleted; TY0216 when it is archived.
 */
export function usableVersion(page: VersionsDoc | undefined, model: string, version: number): StoredVersion {
  const found = liveVersion(page, model, version)
  if (found.archived === undefined) return found
  const { at, by, why } = found.archived
  throw new InputError({
    code: 'TY0216',
    details: `${model}@${version} was archived by ${by.name} at ${at}: ${why}\nto use it again: trainyard archive ${model}@${version} --undo --reason "…"`,
  })
}

/** What a registration looks at. */
export interface RegisterFacts {
  readonly start: StoredVersionStart
  readonly model: ModelDoc | undefined
  /** The document that holds the run, when there is one. */
  readonly run: RunsDoc | undefined
  /** Makes the event from the number. */
  readonly event: (version: number) => CloudEvent
}

/** The next number; or the number that the same files from the same run have. */
export function decideRegister({ start, model, run, event }: RegisterFacts): Decision<Change, number> {
  if (start.run !== undefined) {
    const known = knownRun(run, start.run)
    const before = known.became.find((became) => became.model === start.model && became.digest === start.files.digest)
    if (before !== undefined) return { result: before.version }
    if (known.pruned !== undefined) throw pruned(known.id, known.pruned)
  }
  const version = (model?.last ?? 0) + 1
  return {
    changes: [
      { kind: 'version.registered', version, start },
      { kind: 'event.raised', event: event(version) },
    ],
  }
}

/** What a move of an alias looks at. */
export interface MoveFacts {
  readonly doc: ModelDoc | undefined
  /** The page that holds the version that it moves to. */
  readonly page: VersionsDoc | undefined
  readonly move: {
    readonly model: string
    readonly alias: string
    readonly from: number | undefined
    readonly to: number | undefined
    readonly why: string
    readonly isForced?: boolean
  }
  /** Recorded in the same entry. */
  readonly evidence: EvidenceAdded | undefined
  readonly event: CloudEvent | undefined
}

/** Compare and set. @throws InputError TY0210 when the alias is not where the caller believes it to be. */
export function decideMove({ doc, page, move, evidence, event }: MoveFacts): { readonly changes: readonly Change[] } {
  const { model, alias, from, to, why, isForced } = move
  const at = own(knownModel(doc, model).aliases, alias)
  if (at !== from) {
    throw new InputError({
      code: 'TY0210',
      details: `${alias} of ${model} was believed to name ${versionWords(from)}, and names ${versionWords(at)}`,
    })
  }
  if (to !== undefined) usableVersion(page, model, to)
  return {
    changes: [
      {
        kind: 'alias.moved',
        model,
        alias,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        why,
        ...(isForced === true ? { isForced } : {}),
      },
      ...(evidence === undefined ? [] : [evidence]),
      ...(event === undefined ? [] : [{ kind: 'event.raised' as const, event }]),
    ],
  }
}

/** What a deletion, or an archiving, looks at. */
export interface DeleteFacts {
  readonly doc: ModelDoc | undefined
  readonly page: VersionsDoc | undefined
  readonly model: string
  readonly version: number
  readonly why: string
  /** The newest version that would be left, neither deleted nor archived; 0 when none would be. */
  readonly latest: number
}

/** Deletes what nothing uses. @throws InputError TY0208 naming every deployment and alias that does. */
export function decideDelete(facts: DeleteFacts): Decision<VersionDeleted, undefined> {
  const { doc, page, model, version, why, latest } = facts
  const known = knownModel(doc, model)
  if (knownVersion(page, model, version).deletedAt !== undefined) return { result: undefined }
  demandUnused(known, model, version)
  return { changes: [{ kind: 'version.deleted', model, version, latest, why }] }
}

/**
 * Archives what nothing uses, or takes it back out; what is so already is not recorded again.
 *
 * @throws InputError TY0208 naming every deployment and alias that uses it.
 */
export function decideArchive(facts: DeleteFacts, isArchived: boolean): Decision<VersionArchived, StoredVersion> {
  const { doc, page, model, version, why, latest } = facts
  const known = knownModel(doc, model)
  const found = liveVersion(page, model, version)
  if ((found.archived !== undefined) === isArchived) return { result: found }
  if (isArchived) demandUnused(known, model, version)
  return { changes: [{ kind: 'version.archived', model, version, isArchived, latest, why }] }
}

function demandUnused({ aliases, live }: ModelDoc, model: string, version: number): void {
  const uses = [
    ...namesOf(live, version).map((name) => `the live deployment ${name} serves it`),
    ...namesOf(aliases, version).map((name) => `the alias ${name} names it`),
  ]
  if (uses.length > 0) throw new InputError({ code: 'TY0208', details: `${model}@${version}: ${uses.join('; ')}` })
}

function namesOf(record: Readonly<Record<string, number>>, version: number): readonly string[] {
  return Object.keys(record).filter((name) => record[name] === version)
}

function versionWords(version: number | undefined): string {
  return version === undefined ? 'no version' : `version ${version}`
}
