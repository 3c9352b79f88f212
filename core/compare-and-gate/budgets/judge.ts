import type { Budgets } from '../../records/budgets.ts'
import type { CriterionResult } from '../../records/verdict.ts'
import type { Criteria } from '../criteria.ts'
import type { Facts } from '../facts.ts'
import { significant } from '../words.ts'
import type { Footprint, Footprints } from './footprint.ts'
import { latencyFindings } from './latency.ts'
import { unmeasured } from './words.ts'

/**
 * Compares what the candidate needs with its budgets, and with those of the endpoint where there are any. Sizes are known exactly, so that they are kept or broken; what has to be
 * measured is inconclusive until a profile has. Pure.
 */
export function judgeBudgets(
  { budgets = {}, alpha }: Criteria,
  { footprints, endpoint, labels }: Facts,
): readonly CriterionResult[] {
  if (footprints === undefined) return []
  const hasOpset = [budgets, endpoint?.budgets].some((one) => one?.opset !== undefined)
  const found = [
    ...findings(budgets, footprints, alpha),
    hasOpset ? undefined : newerOpset(footprints.candidate.opset, footprints.champion?.opset),
    ...(endpoint === undefined ? [] : findings(endpoint.budgets, footprints, alpha).map(askedBy(endpoint.endpoint))),
  ]
  return found.flatMap((finding) => (finding === undefined ? [] : { isRequired: true, n: labels.length, ...finding }))
}

function findings(budgets: Budgets, footprints: Footprints, alpha: number): readonly (Finding | undefined)[] {
  return [
    size(budgets, footprints),
    growth(budgets, footprints),
    opset(budgets, footprints),
    memory(budgets, footprints),
    ...latencyFindings(budgets, footprints.candidate, alpha),
  ]
}

/** The same, said of an endpoint: `flights-eu: opset ≤ 17`. */
function askedBy(endpoint: string): (finding: Finding | undefined) => Finding | undefined {
  return (finding) =>
    finding && {
      ...finding,
      criterion: `${endpoint}: ${finding.criterion}`,
      sentence: `By the budget of the endpoint ${endpoint}: ${finding.sentence}`,
    }
}

type Finding = Omit<CriterionResult, 'isRequired' | 'n'> & Partial<Pick<CriterionResult, 'isRequired' | 'n'>>

function size({ modelSizeBytes: most }: Budgets, { candidate }: Footprints): Finding | undefined {
  if (most === undefined) return undefined
  const isKept = candidate.sizeBytes <= most
  return {
    criterion: `modelSizeBytes ≤ ${most}`,
    metric: 'modelSizeBytes',
    kind: isKept ? 'pass' : 'fail',
    candidate: candidate.sizeBytes,
    bound: most,
    sentence: `The candidate’s files have ${bytes(candidate.sizeBytes)}, ${isKept ? 'and' : 'but'} at most ${whole(most)} are asked.`,
  }
}

/** Nothing is asked where there is nothing to compare with. */
function growth({ modelSizeGrowth: most }: Budgets, { candidate, champion }: Footprints): Finding | undefined {
  if (most === undefined || champion === undefined) return undefined
  const isKept = candidate.sizeBytes <= champion.sizeBytes * (1 + most)
  const grown = candidate.sizeBytes / champion.sizeBytes - 1
  const words = grown > 0 ? `${significant(100 * grown)} % larger than the champion’s` : 'no larger than the champion’s'
  return {
    criterion: `modelSizeGrowth ≤ ${most}`,
    metric: 'modelSizeGrowth',
    kind: isKept ? 'pass' : 'fail',
    candidate: candidate.sizeBytes,
    champion: champion.sizeBytes,
    sentence: `The candidate’s files have ${bytes(candidate.sizeBytes)}, ${words}, ${isKept ? 'and' : 'but'} at most ${significant(100 * most)} % larger is asked.`,
  }
}

function opset({ opset: most }: Budgets, { candidate }: Footprints): Finding | undefined {
  if (most === undefined) return undefined
  const shared = { criterion: `opset ≤ ${most}`, metric: 'opset', bound: most }
  const asked = candidate.opset
  if (asked === undefined)
    return {
      ...shared,
      kind: 'inconclusive',
      sentence: `The candidate has no single ONNX file that says which operators it needs, and at most version ${most} is asked.`,
    }
  const isKept = asked <= most
  return {
    ...shared,
    kind: isKept ? 'pass' : 'fail',
    candidate: asked,
    sentence: `The candidate needs version ${asked} of ONNX’s operators, ${isKept ? 'and' : 'but'} at most ${most} is asked.`,
  }
}

/** Newer operators than the champion's may be more than what serves can run; nobody said, so that it decides nothing. */
function newerOpset(asked: number | undefined, before: number | undefined): Finding | undefined {
  if (asked === undefined || before === undefined || asked <= before) return undefined
  return {
    criterion: 'opset no newer than the champion’s',
    metric: 'opset',
    kind: 'fail',
    isRequired: false,
    candidate: asked,
    champion: before,
    sentence: `The candidate needs version ${asked} of ONNX’s operators and the champion ${before}: what serves must be new enough (a budget of opset decides).`,
  }
}

function memory({ memoryBytes: most }: Budgets, { candidate }: Footprints): Finding | undefined {
  if (most === undefined) return undefined
  const shared = { criterion: `memoryBytes ≤ ${most}`, metric: 'memoryBytes', bound: most }
  const taken = mostMemory(candidate)
  if (taken === undefined)
    return { ...shared, kind: 'inconclusive', sentence: unmeasured('the memory of its server', candidate) }
  const isKept = taken <= most
  return {
    ...shared,
    kind: isKept ? 'pass' : 'fail',
    candidate: taken,
    sentence: `The candidate’s server took ${bytes(taken)} of memory when it was profiled, ${isKept ? 'and' : 'but'} at most ${whole(most)} are asked.`,
  }
}

function mostMemory({ profile }: Footprint): number | undefined {
  const measured = profile?.rates.flatMap(({ memoryBytes }) => memoryBytes ?? []) ?? []
  return measured.length === 0 ? undefined : Math.max(...measured)
}

function bytes(count: number): string {
  return `${whole(count)} bytes`
}

function whole(count: number): string {
  return count.toLocaleString('en-US')
}
