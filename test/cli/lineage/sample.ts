import type { LineageRecords, ServedVersion } from '../../../core/cli/lineage/build.ts'
import type { NamedVersion } from '../../../core/cli/show/models.ts'
import type { Evidence } from '../../../core/cli/show/evidence.ts'
import type { Digest } from '../../../core/records/digest.ts'
import type { DatasetVersion } from '../../../core/records/model.ts'
import type { Run } from '../../../core/records/run.ts'
import { treeOf } from '../../../core/records/tree.ts'

const ada = { name: 'ada', host: 'github' } as const

/** A digest that is told from others by its first digits. */
export const digest = (digits: string): Digest => `sha256:${digits.padEnd(64, '0')}`

/** A run that succeeded. */
export function aRun(id: string, other: Partial<Run> = {}): Run {
  return {
    id,
    model: 'flights',
    experiment: 'flights',
    command: ['python', 'train.py'],
    git: { repository: 'octo/flights', ref: 'refs/heads/main', commit: '4f2a91c07be34d5f' },
    environment: { kind: 'locked', python: '3.11.2', digest: digest('e1'), lock: digest('10c') },
    code: treeOf([
      { path: 'train.py', digest: digest('c0de'), size: 4_300 },
      { path: 'features.py', digest: digest('c0df'), size: 2_100 },
    ]),
    data: [{ path: 'data/april.parquet', digest: digest('da7a'), size: 24_800_000 }],
    machine: { os: 'linux', arch: 'x64', cpus: 2, cpuModel: 'A processor', memoryBytes: 8e9 },
    deadline: '2999-01-01T00:00:00.000Z',
    state: 'succeeded',
    startedAt: '2026-04-02T08:10:00.000Z',
    endedAt: '2026-04-02T08:13:20.000Z',
    by: ada,
    end: {
      state: 'succeeded',
      exitCode: 0,
      metrics: { auc: 0.8903, logLoss: 0.3308 },
      params: { trees: 80 },
      artifacts: treeOf([]),
    },
    ...other,
  }
}

/** A version of flights. */
export function aVersion(version: number, other: Partial<NamedVersion> = {}): NamedVersion {
  return {
    model: 'flights',
    version,
    files: treeOf([{ path: 'model.onnx', digest: digest(`f${version}`), size: 180_000 }]),
    tags: {},
    datasets: [],
    createdAt: '2026-04-02T08:15:00.000Z',
    by: ada,
    aliases: [],
    ...other,
  }
}

/** A version of a dataset with one file. */
export function aDataset(name: string, file: Digest, other: Partial<DatasetVersion> = {}): DatasetVersion {
  return {
    name,
    version: 1,
    files: treeOf([{ path: 'april.parquet', digest: file, size: 24_800_000 }]),
    tags: {},
    rows: 27_564,
    createdAt: '2026-04-01T06:00:00.000Z',
    by: ada,
    ...other,
  }
}

function evidence(kind: Evidence['kind'], predicate: unknown, other: Partial<Evidence> = {}): Evidence {
  return {
    id: digest(`e${kind}`),
    kind,
    subject: digest('f2'),
    at: '2026-04-02T08:20:00.000Z',
    by: ada,
    predicate,
    ...other,
  }
}

/** What serves a version. */
export function serving(
  version: string,
  endpoint: string,
  other: Partial<ServedVersion['served']> = {},
): ServedVersion {
  return {
    version,
    package: digest('bac1'),
    served: {
      endpoint,
      deployment: version.replace('@', '-'),
      models: [version],
      role: 'stable',
      share: 90,
      since: '2026-04-03T09:00:00.000Z',
      health: 'healthy',
      ...other,
    },
  }
}

/** A champion with all that a lineage can have. */
export function sampleRecords(): LineageRecords {
  return {
    asked: ['version flights@2'],
    versions: [
      aVersion(1, { createdAt: '2026-03-01T08:15:00.000Z' }),
      aVersion(2, { run: 'r-2f6c90b1', parent: 'flights@1', aliases: ['champion'], datasets: ['april@1'] }),
      aVersion(3, { parent: 'flights@2', model: 'flights-lite', by: { name: 'grace', host: 'github' } }),
    ],
    runs: [
      aRun('r-2f6c90b1', {
        data: [...aRun('').data, { path: 'data/airports.csv', digest: digest('a1'), size: 41_000 }],
      }),
    ],
    datasets: [aDataset('april', digest('da7a'))],
    evidence: new Map([
      [
        'flights@2',
        [
          evidence('promotion', { model: 'flights', version: 2, from: 1 }),
          evidence('profile', { served: {}, data: { file: 'april.csv', rows: 1200 } }),
          evidence('package', {
            package: { digest: digest('bac1') },
            image: { name: 'registry.example.com/flights:2' },
          }),
          evidence(
            'gate',
            {
              champion: { reference: 'flights@1' },
              verdict: { reasons: ['Both required criteria are proven.'] },
              criteria: { file: 'criteria.yml' },
            },
            { verdict: 'pass' },
          ),
          evidence('gate', {}, { id: digest('01d'), verdict: 'inconclusive' }),
        ],
      ],
    ]),
    serving: [
      serving('flights@2', 'flights-production'),
      serving('flights@2', 'flights-staging', { share: 100, health: 'not on this machine' }),
    ],
    sources: 'all',
  }
}
