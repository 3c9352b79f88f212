import { type Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../../errors/errors.ts'
import type { Fault } from '../../errors/fault.ts'
import { errno } from '../../workspace/failures.ts'
import { nothingReported, type ToolReport, toolFault } from './report.ts'

/** The folder in which MLflow keeps its runs as files, unless it is told otherwise. */
const store = 'mlruns'

/** A run in MLflow's file store, by its folder relative to the model's. */
interface MlflowRun {
  readonly id: string
  readonly folder: string
}

/** The runs that are in the store before a training begins. */
export async function mlflowRuns(folder: string): Promise<ReadonlySet<string>> {
  return new Set((await runsIn(folder)).map(({ id }) => id))
}

/**
 * Reads the run that a training made in MLflow's file store (as MLflow 1 to 3 write it): the last value of each metric,
 * parameters, and tags that are not MLflow's own. Of a run with runs nested in it only the outer one is read.
 *
 * @param before The runs that were there before.
 * @throws ConfigError TY0102 with every line that is no metric, by file and line.
 */
export async function readMlflow(folder: string, before: ReadonlySet<string>): Promise<ToolReport> {
  const made = (await runsIn(folder)).filter(({ id }) => !before.has(id))
  const outer: MlflowRun[] = []
  for (const run of made) if (await isOuter(folder, run)) outer.push(run)
  const [run, ...others] = outer
  if (run === undefined) return nothingReported
  if (others.length > 0) {
    const ids = outer.map(({ id }) => id).join(', ')
    const warning = `The training made ${outer.length} runs of MLflow (${ids}), and none of them is read, since nobody knows which one counts: nest them in one run, or write $TRAINYARD_METRICS`
    return { ...nothingReported, warnings: [warning] }
  }
  return readRun(folder, run)
}

async function runsIn(folder: string): Promise<readonly MlflowRun[]> {
  const runs: MlflowRun[] = []
  for (const experiment of await foldersIn(join(folder, store))) {
    for (const { name } of await foldersIn(join(folder, store, experiment.name))) {
      const path = `${store}/${experiment.name}/${name}`
      const meta = await textIfThere(join(folder, path, 'meta.yaml'))
      if (meta !== undefined && /^run_id:/m.test(meta) && !/^lifecycle_stage: *deleted/m.test(meta))
        runs.push({ id: name, folder: path })
    }
  }
  return runs
}

async function isOuter(folder: string, run: MlflowRun): Promise<boolean> {
  return (await textIfThere(join(folder, run.folder, 'tags', 'mlflow.parentRunId'))) === undefined
}

async function readRun(folder: string, run: MlflowRun): Promise<ToolReport> {
  const faults: Fault[] = []
  const warnings: string[] = []
  const metrics: Record<string, number> = {}
  for (const { name, file, text } of await filesOf(folder, `${run.folder}/metrics`)) {
    const value = lastValue(text, { name, file, faults })
    if (value === undefined) continue
    if (Number.isFinite(value)) metrics[name] = value
    else warnings.push(`The metric ${name} of the MLflow run ${run.id} ends with ${value}, and is left out`)
  }
  if (faults.length > 0) throw new ConfigError({ faults })
  const params = await filesOf(folder, `${run.folder}/params`)
  const tags = (await filesOf(folder, `${run.folder}/tags`)).filter(({ name }) => !name.startsWith('mlflow.'))
  return {
    metrics,
    params: Object.fromEntries(params.map(({ name, text }) => [name, numberOrText(text)])),
    tags: Object.fromEntries(tags.map(({ name, text }) => [name, text])),
    from: `the MLflow run ${run.id}`,
    warnings,
  }
}

/** The value of the greatest step, and among those of the latest time, as MLflow itself takes it. */
function lastValue(
  text: string,
  { name, file, faults }: { readonly name: string; readonly file: string; readonly faults: Fault[] },
): number | undefined {
  let last: { readonly step: number; readonly at: number; readonly value: number } | undefined
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const [time, number, step = '0'] = line.trim().split(' ')
    const found = { at: Number(time), value: pythonNumber(number), step: Number(step) }
    if (!Number.isFinite(found.at) || found.value === undefined || !Number.isInteger(found.step)) {
      faults.push(
        toolFault(
          { file, line: index + 1 },
          name,
          `is not a time, a number and a step: ${JSON.stringify(line.slice(0, 80))}`,
        ),
      )
      continue
    }
    const { at, value } = found
    if (last === undefined || found.step > last.step || (found.step === last.step && at >= last.at))
      last = { at, value, step: found.step }
  }
  return last?.value
}

const special: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Infinity, '-inf': -Infinity }

/** A number as Python writes it. */
function pythonNumber(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const known = special[text.toLowerCase()]
  if (known !== undefined) return known
  const value = Number(text)
  return Number.isNaN(value) ? undefined : value
}

/** MLflow keeps every parameter as a text; one that is a number and nothing else is one again. */
function numberOrText(text: string): string | number {
  const value = Number(text)
  return text !== '' && Number.isFinite(value) && String(value) === text ? value : text
}

interface NamedFile {
  /** Relative to the folder, with forward slashes: MLflow names metrics so. */
  readonly name: string
  readonly file: string
  readonly text: string
}

/** The files below a folder of a run; links are not followed, since a training must not make us read what it cannot. */
async function filesOf(root: string, folder: string): Promise<readonly NamedFile[]> {
  const found: NamedFile[] = []
  const walk = async (below: string): Promise<void> => {
    for (const entry of await entriesIn(join(root, folder, below))) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      if (entry.isDirectory()) await walk(name)
      else if (entry.isFile())
        found.push({ name, file: `${folder}/${name}`, text: await readFile(join(root, folder, name), 'utf8') })
    }
  }
  await walk('')
  return found
}

async function foldersIn(path: string): Promise<readonly Dirent[]> {
  return (await entriesIn(path)).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
}

async function entriesIn(path: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return []
    throw error
  }
}

async function textIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined
    throw error
  }
}
