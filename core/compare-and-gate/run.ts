import { ConfigError } from '../errors/errors.ts'
import type { Context, Ending, Run } from '../main/context.ts'
import { signatureOf } from '../main/signature.ts'
import { demandModel, filesOf, type Subject } from '../main/subject.ts'
import { demandTrust } from '../main/trust.ts'
import { counted } from '../main/words.ts'
import { statement } from '../records/evidence.ts'
import { referenceText } from '../records/reference.ts'
import type { Verdict } from '../records/verdict.ts'
import { footprintOf } from './budgets/footprint.ts'
import { championOf } from './champion.ts'
import { incompatibilities } from './compatibility.ts'
import { decide } from './decide.ts'
import type { definition } from './definition.ts'
import { ending } from './ending.ts'
import { readEvaluation } from './evaluation.ts'
import { type Predicted, predictBoth } from './predict.ts'
import { type Comparison, predicateOf } from './predicate.ts'
import { summaryOf, unaskedSummary } from './summary.ts'

type GateContext = Context<typeof definition>

/** Judges a candidate: reads the rows, lets both sides predict them, decides, and keeps the evidence before it ends. */
export const run: Run<typeof definition> = async (context) => {
  try {
    return await gate(context)
  } catch (error) {
    // Whoever reads the output must be able to tell a question that could not be asked from one that was not reached.
    const { host, inputs } = context
    host.output('verdict', 'error')
    host.output('candidate', referenceText(inputs.candidate))
    host.summary(unaskedSummary(referenceText(inputs.candidate)))
    throw error
  }
}

async function gate(context: GateContext): Promise<Ending> {
  const { inputs, workspace, host, project } = context
  if (inputs.force) demandTrust(host, 'force a gate')
  const candidate = await filesOf(inputs.candidate, workspace)
  demandModel(candidate, inputs.model, host.inputName('candidate'))
  const champion = await championOf(context, candidate)
  const folder = project.folderOf(inputs.model)
  const evaluation = await readEvaluation({ criteria: inputs.criteria.value, folder, file: inputs.data })
  const rows = `${counted(evaluation.rows, 'row')} of ${evaluation.name}`
  host.log.info(`${candidate.reference} against ${champion?.reference ?? 'no champion'}, on ${rows}`)

  const comparison = { candidate, champion, evaluation }
  const predicted = await predictBoth({ context, ...comparison })
  const verdict = await judge(context, comparison, predicted)
  for (const { kind, isRequired, sentence } of verdict.results)
    host.log.info(`${kind}${isRequired ? '' : ' (informative)'}: ${sentence}`)

  const predicate = predicateOf(context, { ...comparison, predicted, verdict })
  const evidence = await workspace.evidence.add(
    statement('gate', { name: candidate.reference, digest: candidate.files.digest }, predicate),
  )
  for (const side of [candidate, champion]) if (side?.version !== undefined) await workspace.models.hashed(side.version)
  host.summary(summaryOf(predicate))
  return ending(context, { predicate, evidence: evidence.id })
}

async function judge(
  context: GateContext,
  { candidate, champion, evaluation }: Comparison,
  { facts }: Predicted,
): Promise<Verdict> {
  const breaks = incompatibilities(
    await signatureOfSubject(candidate, context),
    await signatureOfSubject(champion, context),
  )
  const { workspace } = context
  const footprints = {
    candidate: await footprintOf(candidate, workspace),
    champion: champion && (await footprintOf(champion, workspace)),
  }
  try {
    const { labels, slices } = evaluation
    return decide(context.inputs.criteria.value, { labels, slices, footprints, ...facts }, breaks)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    // Pure statistics say so of numbers that they cannot compute with, such as predictions whose squares overflow.
    const details = `the predictions cannot be judged: ${error.message}`
    throw new ConfigError({ code: 'TY0304', details, cause: error })
  }
}

async function signatureOfSubject(subject: Subject | undefined, context: GateContext) {
  if (subject === undefined) return undefined
  return subject.version?.signature ?? signatureOf(subject.files, context)
}
