import { ConfigError } from '../errors/errors.ts'
import type { Context, Ending, Run } from '../main/context.ts'
import { signatureOf } from '../main/signature.ts'
import { demandModel, filesOf, type Subject } from '../main/subject.ts'
import { demandTrust } from '../main/trust.ts'
import { counted } from '../main/words.ts'
import { type Reuse, statement } from '../records/evidence.ts'
import { referenceText } from '../records/reference.ts'
import { endpointBudgetOf } from './budgets/endpoint.ts'
import { footprintOf, uncomparedOpsets } from './budgets/footprint.ts'
import { championOf } from './champion.ts'
import { uncomparedInputs } from './columns.ts'
import { incompatibilities } from './compatibility.ts'
import { findModules } from './customs/modules.ts'
import { withModules } from './customs/run.ts'
import { decide } from './decide.ts'
import type { definition } from './definition.ts'
import { toldOf } from './disclosure/told.ts'
import { ending } from './ending.ts'
import { readEvaluation } from './evaluation.ts'
import { repeatsWarning } from './repeats.ts'
import { isForModels, type Predicted, predictBoth } from './predict.ts'
import { unrelatedWarnings } from './unrelated.ts'
import { keepPredictions } from './predictions/kept.ts'
import { type Comparison, type Found, predicateOf } from './predicate.ts'
import { judgementOf, lookUp } from './reuse/question.ts'
import { summaryOf, unaskedSummary } from './summary.ts'

type GateContext = Context<typeof definition>
type JudgedPredictions = Pick<Predicted, 'facts' | 'digests'>

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
  const { inputs, workspace, host } = context
  if (inputs.force) demandTrust(host, 'force a gate')
  const { comparison, predicted } = await predictedRows(context)
  const { candidate, champion } = comparison
  const { predicate, evidence } = await judgeInTurn(context, comparison, predicted)
  const { verdict, reuse } = predicate
  for (const { kind, isRequired, sentence } of verdict.results)
    host.log.info(`${kind}${isRequired ? '' : ' (informative)'}: ${sentence}`)
  if (reuse !== undefined) host.log.info(reuse.sentence)
  for (const side of [candidate, champion]) if (side?.version !== undefined) await workspace.models.hashed(side.version)
  host.summary(summaryOf(predicate))
  return ending(context, { predicate, evidence: evidence.id })
}

/** What both sides predict for the rows. The texts of a large table are not kept beyond it. */
async function predictedRows(context: GateContext): Promise<{ comparison: Comparison; predicted: JudgedPredictions }> {
  const { inputs, workspace, host, project } = context
  const candidate = await filesOf(inputs.candidate, workspace)
  demandModel(candidate, inputs.model, host.inputName('candidate'))
  const champion = await championOf(context, candidate)
  const folder = project.folderOf(inputs.model)
  const evaluation = await readEvaluation({
    criteria: inputs.criteria.value,
    folder,
    file: inputs.data,
    isForModels: isForModels({ context, candidate, champion }),
  })
  const repeats = repeatsWarning(inputs.criteria.value, evaluation.table)
  if (repeats !== undefined) host.log.warning(repeats)
  const rows = `${counted(evaluation.rows, 'row')} of ${evaluation.name}`
  host.log.info(`${candidate.reference} against ${champion?.reference ?? 'no champion'}, on ${rows}`)

  // Before anything is predicted: what is missing is missing at once.
  const modules = await findModules(inputs.criteria.value, folder)
  const { toKeep, digests, facts } = await predictBoth({ context, candidate, champion, evaluation })
  for (const warning of unrelatedWarnings(
    { candidate, champion },
    { evaluation, facts, criteria: inputs.criteria.value },
  ))
    host.log.warning(warning)
  await keepPredictions(toKeep)
  const predicted = { digests, facts: await withModules({ context, evaluation, modules }, facts) }
  const { table: _, ids: __, idPlaces: ___, ...numbers } = evaluation
  return { comparison: { candidate, champion, evaluation: numbers, modules }, predicted }
}

/**
 * Judges at what the uses of the data leave, and keeps the evidence in the place that was judged for. Whoever is outrun by another
 * gate on the same data judges again in the next place.
 */
async function judgeInTurn(context: GateContext, comparison: Comparison, predicted: JudgedPredictions) {
  const { inputs, workspace, host } = context
  const { candidate, champion, evaluation } = comparison
  const question = judgementOf({
    model: inputs.model,
    candidate: candidate.files.digest,
    champion: champion?.files.digest,
    data: evaluation.digest,
    criteria: inputs.criteria.digest,
    modules: comparison.modules.map(({ digest }) => digest),
    predictions: predicted.digests,
  })
  const decideWith = await deciding(context, comparison, predicted)
  for (;;) {
    const reuse = await lookUp(question, inputs.criteria.value, workspace)
    const predicate = predicateOf(context, { ...comparison, predicted, ...decideWith(reuse), reuse })
    const claim = statement('gate', { name: candidate.reference, digest: candidate.files.digest }, predicate)
    const { spending, alpha, place } = reuse
    const judgement = { ...question, ...(spending?.isExhausted === false && { spent: alpha }) }
    const evidence = await workspace.evidence.addJudgement(claim, judgement, place - 1)
    if (evidence !== undefined) return { predicate, evidence }
    host.log.info('another gate used this data meanwhile: judged once more, after it')
  }
}

/** Gathers what does not change while others judge. */
async function deciding(
  context: GateContext,
  { candidate, champion, evaluation }: Comparison,
  { facts }: JudgedPredictions,
): Promise<(reuse: Reuse) => Pick<Found, 'verdict' | 'told'>> {
  const criteria = context.inputs.criteria.value
  const endpoint = endpointBudgetOf(context)
  const isOpsetAsked = (criteria.budgets?.opset ?? endpoint?.budgets.opset) !== undefined
  const own = await sized(candidate, context, isOpsetAsked)
  const before = champion && (await sized(champion, context, isOpsetAsked))
  const breaks = incompatibilities(own.signature, before?.signature)
  const columns = { candidate: own.signature?.columns, champion: before?.signature?.columns }
  const footprints = { candidate: own.footprint, champion: before?.footprint }
  const opsets = isOpsetAsked ? undefined : uncomparedOpsets(own, before)
  const unchecked = [uncomparedInputs(own, before), opsets && `${opsets}.`].filter((sentence) => sentence !== undefined)
  for (const sentence of unchecked) context.host.log.info(sentence)
  return (reuse) => {
    try {
      const { labels, queries, slices, groups, units } = evaluation
      const rows = { labels, queries, slices, groups, ...units, ...facts }
      const told = toldOf(criteria, rows)
      const known = { ...rows, told, footprints, columns, unchecked, endpoint, reuse }
      return { verdict: decide(criteria, known, breaks), told }
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      // Pure statistics say so of numbers that they cannot compute with, such as predictions whose squares overflow.
      const details = `the predictions cannot be judged: ${error.message}`
      throw new ConfigError({ code: 'TY0304', details, cause: error })
    }
  }
}

/** What a side takes, gives and needs. A recorded version's file is read for its opset where a budget asks, and not before. */
async function sized(subject: Subject, context: GateContext, isOpsetAsked: boolean) {
  const { workspace } = context
  const signature = subject.version?.signature ?? (await signatureOf(subject.files, context))
  return { subject, signature, footprint: await footprintOf(subject, { workspace, signature, isOpsetAsked }) }
}
