import type { Context, Ending, Run } from '../main/context.ts'
import { type ExampleRows, readExampleRows } from '../main/example-rows.ts'
import { thisMachine } from '../main/machine.ts'
import { toolVersion } from '../main/version.ts'
import { InputError } from '../errors/errors.ts'
import { type ProfilePredicate, type RateProfile, statement } from '../records/evidence.ts'
import type { ModelVersion } from '../records/model.ts'
import { referenceText } from '../records/reference.ts'
import type { definition } from './definition.ts'
import { highestThatHeld, profileOf } from './judge.ts'
import { measure, type RateResult } from './measure.ts'
import { type Plan, planOf } from './plan.ts'
import { requestsFrom } from './requests.ts'
import { serve, type Serving } from './serving.ts'
import { headline, summaryOf, unmeasuredSummary } from './summary.ts'

type ProfileContext = Context<typeof definition>

/** Profiles a version: starts its package, sends load at each rate, and keeps what it measured unless that is not to be trusted. */
export const run: Run<typeof definition> = async (context) => {
  const { inputs, host, project } = context
  const names = { rates: host.inputName('rates'), duration: host.inputName('duration') }
  const plan = planOf(inputs.rates, inputs.duration, names)
  const version = await versionToMeasure(context)
  const { model } = version
  const { data, criteria } = inputs
  const examples = await readExampleRows({ project, model, data, criteria, input: host.inputName('data') })
  const serving = await serve(context, version)
  try {
    const bodies = requestsFrom(examples, serving.version.signature, inputs.rowsPerRequest)
    const results = await measure({ context, plan, serving, version, bodies })
    return await end(context, { version, plan, examples, serving, results })
  } finally {
    await serving.stop()
  }
}

async function versionToMeasure({ inputs, workspace, host }: ProfileContext): Promise<ModelVersion> {
  const { candidate } = inputs
  if (candidate.kind !== 'run') return workspace.models.resolve(candidate)
  const problem = 'is a run: register it and package the version first'
  const fault = { subject: host.inputName('candidate'), source: { kind: 'input' }, problem } as const
  throw new InputError({ faults: [{ ...fault, value: referenceText(candidate) }] })
}

/** What was measured, and of what. */
interface Found {
  readonly version: ModelVersion
  readonly plan: Plan
  readonly examples: ExampleRows
  readonly serving: Serving
  readonly results: readonly RateResult[]
}

async function end(context: ProfileContext, found: Found): Promise<Ending> {
  const { workspace, host, done, rejected } = context
  const { version } = found
  const reference = `${version.model}@${version.version}`
  const rates = found.results.map(profileOf)
  const outputs = { reference, results: JSON.stringify(rates) }
  const doubts = found.results.flatMap((result) => (result.kind === 'generator-limited' ? [result.reason] : []))
  if (doubts.length > 0) {
    host.summary(unmeasuredSummary(reference, doubts))
    return rejected(outputs, { code: 'TY0308', reasons: doubts })
  }
  const lost = found.results.find(({ resourcesLost }) => resourcesLost !== undefined)?.resourcesLost
  if (lost !== undefined) host.log.warning(`Processor time and memory are not known everywhere: ${lost}`)
  const predicate = predicateOf(context, found, rates)
  const about = { name: reference, digest: version.files.digest }
  const evidence = await workspace.evidence.add(statement('profile', about, predicate))
  host.summary(summaryOf(predicate))
  const best = highestThatHeld(rates)
  const { p50, p99 } = best?.latencyMs ?? {}
  const message = `${reference} ${headline(rates)}`
  return done(
    { ...outputs, maxRate: best?.rate, p50, p99, evidence: evidence.id },
    { message, warning: best === undefined ? message : undefined },
  )
}

function predicateOf(
  { inputs }: ProfileContext,
  { version, plan, examples, serving }: Found,
  rates: readonly RateProfile[],
): ProfilePredicate {
  return {
    model: version.model,
    candidate: `${version.model}@${version.version}`,
    served: serving.served,
    data: { digest: examples.digest, rows: examples.table.rows, file: examples.name },
    rowsPerRequest: inputs.rowsPerRequest,
    durationMs: plan.durationMs,
    rates,
    machine: thisMachine(),
    tool: { name: 'trainyard', version: toolVersion },
  }
}
