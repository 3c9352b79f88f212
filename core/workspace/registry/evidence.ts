import { hexOf, isDigest } from '../../records/digest.ts'
import {
  evidenceKinds,
  type EvidenceRecord,
  type Judgement,
  judgementsOf,
  type Statement,
} from '../../records/evidence.ts'
import { verdicts, type VerdictKind } from '../../records/verdict.ts'
import { notFound } from '../failures.ts'
import type { Evidence } from '../workspace.ts'
import type { View } from '../ledger/ledger.ts'
import type { Change, EvidenceAdded } from './changes.ts'
import { keys, own, read, type StoredEvidence } from './documents.ts'
import type { Registry } from './registry.ts'
import { without } from './stored.ts'

/** The evidence of a workspace. */
export function createEvidence(registry: Registry): Evidence {
  return {
    add: async (statement) => add(registry, await packEvidence(statement, registry)),
    addJudgement: (statement, judgement, after) => addJudgement(registry, { statement, judgement, after }),
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

/** A statement of a gate, and how many judgements on its data come before it. */
interface Judged {
  readonly statement: Statement
  readonly judgement: Judgement
  readonly after: number
}

/** The place on the data is taken in the very transaction that keeps the statement: no two questions have the same. */
async function addJudgement(
  registry: Registry,
  { statement, judgement, after }: Judged,
): Promise<EvidenceRecord | undefined> {
  const packed = await packEvidence(statement, registry)
  const { data, model, question } = judgement
  const change = { ...packed, subjects: [...packed.subjects, data], judgement }
  return add(registry, change, async (view) => {
    const known = own(await read(view, keys.evidence(data)), hexOf(data)) ?? []
    const questions = judgementsOf(known.toReversed(), model).map((one) => one.question)
    const place = questions.includes(question) ? questions.indexOf(question) : questions.length
    return place === after
  })
}

/**
 * @param mayAdd Whether the evidence may be kept after what a view holds.
 * @returns Undefined when it may not.
 */
async function add(registry: Registry, change: EvidenceAdded): Promise<EvidenceRecord>
async function add(
  registry: Registry,
  change: EvidenceAdded,
  mayAdd: (view: View<Change>) => Promise<boolean>,
): Promise<EvidenceRecord | undefined>
async function add(
  registry: Registry,
  change: EvidenceAdded,
  mayAdd: (view: View<Change>) => Promise<boolean> = () => Promise.resolve(true),
): Promise<EvidenceRecord | undefined> {
  const [subject] = change.subjects
  if (subject === undefined) throw new RangeError('a statement without a subject')
  const { result } = await registry.transact<StoredEvidence | undefined>({
    request: `${registry.request}/evidence/${change.id}`,
    async decide(view) {
      if (!(await mayAdd(view))) return { result: undefined }
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
  return result && unpackEvidence(result, registry)
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
