import { relative } from 'node:path'
import type { Context, Ending, Run } from '../main/context.ts'
import { filesOf, type Subject, subjectOf } from '../main/subject.ts'
import { signatureOf } from '../main/signature.ts'
import { type GatePredicate, statement } from '../records/evidence.ts'
import { decide } from './decide.ts'
import { incompatibilities } from './compatibility.ts'
import type { definition } from './definition.ts'
import { ending } from './ending.ts'
import { readEvaluation } from './evaluation.ts'
import { predictBoth } from './predict.ts'
import { summaryOf } from './summary.ts'
import { toolVersion } from '../main/version.ts'

type GateContext = Context<typeof definition>

/** Judges a candidate: reads the rows, lets both sides predict them, decides, and keeps the evidence before it ends. */
export const run: Run<typeof definition> = async (context) => {
  try {
    return await gate(context)
  } catch (error) {
    // Whoever reads the output must be able to tell a question that could not be asked from one that was not reached.
    context.host.output('verdict', 'error')
    throw error
  }
}

async function gate(context: GateContext): Promise<Ending> {
  const { inputs, workspace, host, project } = context
  const { criteria } = inputs
  const candidate = await filesOf(inputs.candidate, workspace)
  const champion = await championOf(context, candidate)
  host.log.info(`${candidate.reference} against ${champion?.reference ?? 'no champion'}`)

  const folder = project.folderOf(inputs.model)
  const evaluation = await readEvaluation({ criteria: criteria.value, folder, file: inputs.data })
  const predicted = await predictBoth({ context, candidate, champion, evaluation })
  const breaks = incompatibilities(
    await signatureOfSubject(candidate, context),
    await signatureOfSubject(champion, context),
  )
  const verdict = decide(criteria.value, { labels: evaluation.labels, ...predicted.facts }, breaks)

  const predicate: GatePredicate = {
    model: inputs.model,
    candidate: candidate.reference,
    ...(champion === undefined ? {} : { champion: { reference: champion.reference, digest: champion.files.digest } }),
    verdict,
    criteria: { digest: criteria.digest, file: relative(project.folder, criteria.path) },
    data: { digest: evaluation.digest, rows: evaluation.rows, file: evaluation.name },
    predictions: predicted.digests,
    tool: { name: 'trainyard', version: toolVersion },
  }
  const evidence = await workspace.evidence.add(
    statement('gate', { name: candidate.reference, digest: candidate.files.digest }, predicate),
  )
  host.summary(summaryOf(predicate))
  return ending(context, { predicate, evidence: evidence.id })
}

/** The version to compare with; undefined where there is none, or where it holds the candidate's very bytes. */
async function championOf({ inputs, workspace, host }: GateContext, candidate: Subject): Promise<Subject | undefined> {
  const reference = inputs.champion ?? { kind: 'alias' as const, model: inputs.model, alias: 'champion' }
  const champion =
    inputs.champion === undefined
      ? await workspace.models
          .tryResolve(reference)
          .then((version) => (version === undefined ? undefined : subjectOf(version, workspace)))
      : await filesOf(reference, workspace)
  if (champion?.files.digest !== candidate.files.digest) return champion
  host.log.warning(
    `${candidate.reference} has the very files of ${champion.reference}: a comparison with itself says nothing`,
  )
  return undefined
}

function signatureOfSubject(subject: Subject | undefined, { workspace }: GateContext) {
  if (subject === undefined) return undefined
  return subject.version?.signature ?? signatureOf(subject.files, workspace)
}
