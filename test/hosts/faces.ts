import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../../scripts/lib/bundle.mjs'
import { root } from '../../scripts/lib/sources.mjs'
import { camel, kebab } from '../../core/step/names.ts'
import { runTask, type TaskRun } from '../support/agent.ts'
import { basicEnvironment, type CiProcess, runCiProcess, streamLines } from '../support/ci-process.ts'
import { type NodeBinary, nodes } from '../support/nodes.ts'
import { type ActionRun, runAction } from '../support/runner.ts'

/** The faces that run in processes of their own. */
export const faces = ['github', 'azure', 'local'] as const
export type Face = (typeof faces)[number]

/** Exit codes say whose move it is, but a task says it in words: another code means to the agent that it broke itself. */
export function code(face: Face, exitCode: number): number {
  return face === 'azure' ? 0 : exitCode
}

/** Every face on every version of Node. */
export const cases = faces.flatMap((face) => nodes().map((node) => ({ face, node, on: node.name })))

const folder = join('.cache', `probes-${process.pid}`)

/** Bundles the probe of every face as the real entries are bundled. */
export async function buildProbes(): Promise<void> {
  await Promise.all(
    faces.map((face) =>
      build({ folder: join(folder, face), input: { probe: `test/hosts/probe/${face}.ts` }, banner: '' }),
    ),
  )
}

/** Removes the bundles. */
export function removeProbes(): void {
  rmSync(join(root, folder), { recursive: true, force: true })
}

/** Where the probe of a face is. */
export function probeOf(face: Face): string {
  return join(root, folder, face, 'probe.mjs')
}

/** What a probe is given. Inputs by their camelCase names. */
export interface Given
  extends Pick<CiProcess, 'cancelOn' | 'signalsOn' | 'readAfterMs'>,
    Pick<ActionRun, 'event'>,
    Pick<TaskRun, 'endpoints'> {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly state?: ReadonlyMap<string, string>
}

/** What the CI system, or a person at a terminal, sees of a probe: the same words for every face. */
export interface Seen {
  readonly result: 'succeeded' | 'warned' | 'failed' | 'cancelled'
  readonly exitCode: number | null
  /** Without their commands, masked. */
  readonly log: readonly string[]
  readonly annotations: ReadonlyArray<{
    readonly level: string
    readonly message: string
    readonly file?: string | undefined
    readonly line?: string | undefined
    readonly column?: string | undefined
  }>
  readonly masks: readonly string[]
  readonly outputs: ReadonlyMap<string, string>
  readonly state: ReadonlyMap<string, string>
  readonly summary: string
  readonly misdeeds: readonly string[]
  /** What the scenario returned. */
  readonly report: unknown
  readonly sent: readonly NodeJS.Signals[]
}

/** Runs a scenario on a face and reads what came of it. */
export async function run(face: Face, node: NodeBinary, scenario: string, given: Given = {}): Promise<Seen> {
  const temp = mkdtempSync(join(tmpdir(), 'trainyard-probe-'))
  const report = join(temp, 'report.json')
  const env = { ...given.env, PROBE: scenario, PROBE_REPORT: report }
  try {
    const seen = await runners[face]({ ...given, node: node.path, entry: probeOf(face), env, temp })
    return { ...seen, report: existsSync(report) ? (JSON.parse(readFileSync(report, 'utf8')) as unknown) : undefined }
  } finally {
    rmSync(temp, { recursive: true, force: true })
  }
}

interface Ready extends Given {
  readonly node: string
  readonly entry: string
  readonly env: Readonly<Record<string, string>>
  readonly temp: string
}

type Raw = Omit<Seen, 'report'>

const runners: Readonly<Record<Face, (ready: Ready) => Promise<Raw>>> = { github, azure, local }

async function github({ inputs = {}, ...ready }: Ready): Promise<Raw> {
  const wired = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [kebab(name), value]))
  const reading = await runAction({ ...ready, inputs: wired })
  const isWarned = reading.annotations.some(({ level }) => level === 'warning')
  const good = isWarned ? 'warned' : 'succeeded'
  const bad = reading.sent.length > 0 ? 'cancelled' : 'failed'
  return {
    ...reading,
    result: reading.conclusion === 'success' ? good : bad,
    annotations: reading.annotations.map(({ level, message, properties: { file, line, col } }) => ({
      level,
      message,
      file,
      line,
      column: col,
    })),
    outputs: new Map([...reading.outputs].map(([name, value]) => [camel(name), value])),
    summary: reading.summary ?? '',
  }
}

async function azure(ready: Ready): Promise<Raw> {
  const reading = await runTask({ ...ready, ...(ready.state === undefined ? {} : { taskVariables: ready.state }) })
  const words = {
    Succeeded: 'succeeded',
    SucceededWithIssues: 'warned',
    Failed: 'failed',
    Canceled: 'cancelled',
    Skipped: 'failed',
    Abandoned: 'failed',
  } as const
  return {
    ...reading,
    result: words[reading.result],
    misdeeds: [...reading.misdeeds, ...(reading.hasLeftKey ? ['.taskkey in the working folder'] : [])],
    annotations: reading.issues.map(({ level, message, properties }) => ({
      level,
      message,
      file: properties['sourcepath'],
      line: properties['linenumber'],
      column: properties['columnnumber'],
    })),
    state: reading.taskVariables,
    summary: [...reading.summaries.values()].join('\n'),
  }
}

/** A terminal interprets nothing, so everything is in the log; outputs are in the file. */
async function local({ inputs = {}, temp, env, ...ready }: Ready): Promise<Raw> {
  const file = join(temp, 'output.json')
  const cwd = join(temp, 'work')
  mkdirSync(cwd)
  const end = await runCiProcess({
    ...ready,
    cwd,
    args: [JSON.stringify(inputs)],
    env: { ...basicEnvironment(), TRAINYARD_OUTPUT: file, ...env },
  })
  const written = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {}
  const log = [...streamLines(end.stderr), ...streamLines(end.stdout)]
  const isWarned = log.some((line) => line.startsWith('warning: '))
  const good = isWarned ? 'warned' : 'succeeded'
  const bad = end.exitCode === 130 || end.exitCode === 143 ? 'cancelled' : 'failed'
  return {
    result: end.exitCode === 0 ? good : bad,
    exitCode: end.exitCode,
    log,
    annotations: [],
    masks: [],
    outputs: new Map(Object.entries(written).map(([name, value]) => [camel(name), value])),
    state: new Map(),
    summary: end.stderr,
    misdeeds: [],
    sent: end.sent,
  }
}
