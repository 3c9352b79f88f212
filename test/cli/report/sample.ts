import type { ReportFacts, VersionFacts } from '../../../core/cli/report/facts.ts'
import type { Evidence } from '../../../core/cli/show/evidence.ts'
import type { CanaryPredicate } from '../../../core/records/canary.ts'
import type { Digest } from '../../../core/records/digest.ts'
import type { GatePredicate, ProfilePredicate, PromotionPredicate } from '../../../core/records/evidence.ts'
import type { CriterionResult } from '../../../core/records/verdict.ts'
import type { Run } from '../../../core/records/run.ts'
import { treeOf } from '../../../core/records/tree.ts'

const ada = { name: 'ada', host: 'github', url: 'https://github.com/octo/flights/actions/runs/7' } as const
const tool = { name: 'trainyard', version: '0.1.0' } as const

/** A digest that is told from others by one hexadecimal digit. */
export const digest = (digit: string): Digest => `sha256:${digit.repeat(64)}`

/** What the gate said of one criterion: a comparison that passed, unless told otherwise. */
export function criterion(other: Partial<CriterionResult> = {}): CriterionResult {
  return {
    criterion: 'accuracy not worse by ≥ 0.005',
    metric: 'accuracy',
    kind: 'pass',
    isRequired: true,
    candidate: 0.8814,
    champion: 0.8813,
    difference: 0.0001,
    interval: { low: -0.001, high: 0.0012, level: 0.9 },
    margin: 0.005,
    n: 27_564,
    sentence: 'Accuracy is 0.0001 better than the champion’s: not worse by 0.005 or more.',
    ...other,
  }
}

const gate: GatePredicate = {
  model: 'flights',
  candidate: 'flights@2',
  champion: { reference: 'flights@1', digest: digest('1') },
  verdict: {
    kind: 'pass',
    isUncompared: false,
    reasons: ['Both required criteria are proven.'],
    results: [
      criterion(),
      criterion({
        criterion: 'logLoss ≤ 0.4',
        metric: 'logLoss',
        candidate: 0.3308,
        interval: { low: 0.3228, high: 0.3388, level: 0.9 },
        bound: 0.4,
        sentence: 'Log loss is 0.3308 (between 0.3228 and 0.3388), and at most 0.4 is asked.',
      }),
    ],
  },
  criteria: { digest: digest('c'), file: 'criteria.yml' },
  data: { digest: digest('d'), rows: 27_564, file: 'april.csv' },
  predictions: { candidate: digest('e'), champion: digest('f') },
  shape: {
    confusion: {
      classes: ['on time', 'late'],
      candidate: [
        [20_120, 1480],
        [1790, 4174],
      ],
      champion: [
        [20_100, 1500],
        [1773, 4191],
      ],
    },
    roc: {
      candidate: {
        auc: 0.912,
        points: [
          [0, 0],
          [0.1, 0.78],
          [1, 1],
        ],
      },
      champion: {
        auc: 0.91,
        points: [
          [0, 0],
          [0.1, 0.77],
          [1, 1],
        ],
      },
    },
    calibration: {
      candidate: [
        { n: 13_782, predicted: 0.08, observed: 0.079, interval: { low: 0.075, high: 0.083, level: 0.9 } },
        { n: 13_782, predicted: 0.35, observed: 0.354, interval: { low: 0.347, high: 0.361, level: 0.9 } },
      ],
    },
    flips: {
      n: 27_564,
      gained: 412,
      lost: 409,
      byClass: [
        { name: 'on time', n: 21_600, gained: 210, lost: 190 },
        { name: 'late', n: 5964, gained: null, lost: null },
      ],
      bySlice: [
        {
          column: 'origin',
          slices: [{ name: 'origin = JFK', n: 9000, gained: 150, lost: 140 }],
          withheld: 2,
        },
      ],
    },
  },
  tool,
}

const at = (second: number) => new Date(Date.parse('2026-11-25T02:05:00.000Z') + second * 1000).toISOString()

const canary: CanaryPredicate = {
  model: 'flights',
  candidate: 'flights@2',
  endpoint: 'flights-local',
  deployment: 'flights-2',
  package: digest('9'),
  stable: { reference: 'flights@1', deployment: 'flights-1' },
  rollout: 'r-1',
  startedAt: at(0),
  endedAt: at(30),
  plan: [
    { share: 10, forMs: 10_000 },
    { share: 50, forMs: 20_000 },
  ],
  policy: {},
  looks: [
    { at: at(0), share: 10, canary: { requests: 0, errors: 0 }, stable: { requests: 1000, errors: 10 } },
    { at: at(10), share: 50, canary: { requests: 100, errors: 1 }, stable: { requests: 1900, errors: 20 } },
    { at: at(30), share: 50, canary: { requests: 1100, errors: 12 }, stable: { requests: 2900, errors: 31 } },
  ],
  decision: 'promote',
  verdict: { kind: 'pass', reasons: ['The canary fails less than 1.5 times as often as stable (alpha 0.025).'] },
  tool,
}

const profile: ProfilePredicate = {
  model: 'flights',
  candidate: 'flights@2',
  served: { package: { digest: digest('9') }, engine: 'onnxruntime-web (wasm)' },
  data: { digest: digest('d'), rows: 27_564, file: 'april.csv' },
  rowsPerRequest: 1,
  durationMs: 10_000,
  rates: [
    {
      rate: 20,
      achieved: 20,
      requests: 200,
      errors: 0,
      latencyMs: { p50: 1.07, p90: 1.4, p99: 4.92, max: 7.5 },
      cpuMsPerRequest: 0.91,
      memoryBytes: 120 * 2 ** 20,
      held: true,
    },
    { rate: 1000, achieved: 611.5, requests: 10_000, errors: 37, held: false },
  ],
  machine: { os: 'linux', arch: 'x64', cpus: 2, cpuModel: 'Test CPU', memoryBytes: 8e9 },
  tool,
}

const promotion: PromotionPredicate = { model: 'flights', version: 2, from: 1, gate: digest('a') }

/** A piece of evidence about the second version. */
export function evidence(kind: Evidence['kind'], id: string, predicate: unknown): Evidence {
  return { id: digest(id), kind, subject: digest('2'), at: at(0), by: ada, verdict: 'pass', predicate }
}

const gateEvidence = evidence('gate', 'a', gate)
const canaryEvidence = evidence('canary', 'b', canary)
const profileEvidence = evidence('profile', '0', profile)
const promotionEvidence: Evidence = { ...evidence('promotion', '8', promotion), at: at(40) }

/** Predicates to make others from. */
export const predicates = { gate, canary, profile, promotion }

function run(id: string, metrics: Readonly<Record<string, number>>): Run {
  return {
    id,
    model: 'flights',
    experiment: 'flights',
    command: ['python', 'train.py'],
    git: { repository: 'octo/flights', ref: 'refs/heads/main', commit: '0123456789abcdef', isDirty: true },
    environment: { kind: 'locked', python: '3.11.2', digest: digest('5') },
    code: treeOf([{ path: 'train.py', digest: digest('6'), size: 1234 }]),
    data: [{ path: 'data/april.csv', digest: digest('7'), size: 2_500_000 }],
    machine: { os: 'linux', arch: 'x64', cpus: 2, cpuModel: 'Test CPU', memoryBytes: 8e9 },
    deadline: '2999-01-01T00:00:00.000Z',
    state: 'succeeded',
    startedAt: '2026-11-25T02:00:00.000Z',
    endedAt: '2026-11-25T02:00:07.000Z',
    by: ada,
    end: { state: 'succeeded', exitCode: 0, metrics, params: { trees: 80 }, artifacts: treeOf([]) },
  }
}

function version(number: number, more: Partial<VersionFacts>): VersionFacts {
  return {
    version: {
      model: 'flights',
      version: number,
      files: {
        ...treeOf([{ path: 'model/model.onnx', digest: digest('3'), size: 180_000 }]),
        digest: digest(String(number)),
      },
      run: `r-${number}`,
      tags: { Team: 'ops' },
      datasets: ['april@1'],
      description: 'Late or not.',
      createdAt: `2026-11-25T02:0${number}:00.000Z`,
      by: ada,
    },
    run: run(`r-${number}`, { accuracy: 0.9 + number / 100, logLoss: 0.3 - number / 100 }),
    evidence: [],
    ...more,
  }
}

/** A small story: the second version passed the gate, was measured, was a canary, and took the first one's place. */
export function sampleFacts(other: Partial<ReportFacts> = {}): ReportFacts {
  const move = { alias: 'champion', at: at(40), by: ada }
  return {
    madeAt: '2026-11-25T03:00:00.000Z',
    tool: '0.1.0',
    workspace: 'git:https://github.com/octo/flights#trainyard',
    model: {
      name: 'flights',
      latest: 2,
      aliases: { champion: 2 },
      history: [
        { ...move, to: 1, at: '2026-11-25T02:01:30.000Z', why: 'the first' },
        { ...move, from: 1, to: 2, why: `passed the gate, evidence ${digest('a')}` },
      ],
    },
    versions: [
      version(2, { evidence: [promotionEvidence, canaryEvidence, profileEvidence, gateEvidence] }),
      version(1, {}),
    ],
    deployments: [
      {
        endpoint: 'flights-local',
        name: 'flights-2',
        model: 'flights',
        version: 2,
        share: 100,
        state: 'live',
        at: at(40),
        by: ada,
      },
    ],
    audit: {
      entries: 2,
      newest: [
        { seq: 1, digest: digest('1'), at: at(0), by: 'ada', changes: ['flights@2 registered from run r-2'] },
        { seq: 2, digest: digest('2'), at: at(40), by: 'ada', url: ada.url, changes: [`evidence ${digest('a')}`] },
      ],
    },
    ...other,
  }
}

/** The sample with another list of evidence about its champion. */
export function factsWith(about: readonly Evidence[]): ReportFacts {
  return sampleFacts({ versions: [version(2, { evidence: about }), version(1, {})] })
}
