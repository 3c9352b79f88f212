import { hexOf, isDigest } from '../../records/digest.ts'
import { evidenceKinds, type EvidenceRecord, type Statement } from '../../records/evidence.ts'
import { verdicts, type VerdictKind } from '../../records/verdict.ts'
import { notFound } from '../failures.ts'
import type { Evidence } from '../workspace.ts'
import type { EvidenceAdded } from './changes.ts'
import { keys, own, read, type StoredEvidence } from './documents.ts'
import type { Registry } from './registry.ts'
import { without } from './stored.ts'

/** The evidence of a workspace. */
export function createEvidence(registry: Registry): Evidence {
  return {
    add: (statement) => add(registry, statement),
    async about(subject, kind) {
      const doc = await read(await registry.view(), keys.evidence(subject))
      const records = own(doc, hexOf(subject)) ?? []
      return [...records]
        .reverse()
        .filter((record) => kind === undefined || record.kind === kind)
        .map((record) => unpackEvidence(record, registry))
    },
    async read(id) {
      const bytes = await registry.files.read(id)
      // The bytes have the digest under which `add` kept a statement.
      return JSON.parse(Buffer.from(bytes).toString('utf8')) as Statement
    },
  }
}

/** Keeps a statement and makes the change that remembers it. */
export async function packEvidence(statement: Statement, { files }: Registry): Promise<EvidenceAdded> {
  const evidence = evidenceKinds.find((kind) => statement.predicateType.endsWith(`/${kind}/v1`))
  if (evidence === undefined) throw new RangeError(`not a type of evidence: ${statement.predicateType}`)
  const subjects = statement.subject.map(({ digest }) => `sha256:${digest.sha256}`).filter(isDigest)
  if (subjects.length === 0) throw new RangeError('a statement without a subject')
  const id = await files.putBytes(Buffer.from(JSON.stringify(statement), 'utf8'))
  const place = files.placeOf(id)
  const verdict = verdictOf(statement.predicate)
  return {
    kind: 'evidence.added',
    id,
    evidence,
    subjects,
    ...(verdict === undefined ? {} : { verdict }),
    ...(place === undefined ? {} : { in: place }),
  }
}

async function add(registry: Registry, statement: Statement): Promise<EvidenceRecord> {
  const change = await packEvidence(statement, registry)
  const [subject] = change.subjects
  if (subject === undefined) throw new RangeError('a statement without a subject')
  const { result } = await registry.transact<StoredEvidence>({
    request: `${registry.request}/evidence/${change.id}`,
    async decide(view) {
      const known = own(await read(view, keys.evidence(subject)), hexOf(subject)) ?? []
      const newest = known.findLast(({ kind }) => kind === change.evidence)
      // What is claimed once more after something else was is new again: the newest claim is the one that counts.
      return newest?.id === change.id ? { result: newest } : { changes: [change] }
    },
    async result(view) {
      const known = own(await read(view, keys.evidence(subject)), hexOf(subject)) ?? []
      const found = known.findLast(({ id }) => id === change.id)
      if (found === undefined) throw notFound(`no evidence has the id ${change.id}`)
      return found
    },
  })
  return unpackEvidence(result, registry)
}

function unpackEvidence(stored: StoredEvidence, { files }: Registry): EvidenceRecord {
  files.learn(stored.id, stored.in)
  return without(stored, 'in')
}

function verdictOf(predicate: unknown): VerdictKind | undefined {
  if (typeof predicate !== 'object' || predicate === null || !('verdict' in predicate)) return undefined
  const { verdict } = predicate
  if (typeof verdict !== 'object' || verdict === null || !('kind' in verdict)) return undefined
  return verdicts.find((kind) => kind === verdict.kind)
}
