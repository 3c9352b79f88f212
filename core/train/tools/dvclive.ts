import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { globFiles } from '../../engines/code/glob.ts'
import { ConfigError } from '../../errors/errors.ts'
import type { Fault } from '../../errors/fault.ts'
import { parseYaml } from '../../step/yaml.ts'
import { errno } from '../../workspace/failures.ts'
import { nothingReported, type ToolReport, toolFault } from './report.ts'

const metricsFile = 'dvclive/metrics.json'
const paramsFile = 'dvclive/params.yaml'
const plots = 'dvclive/plots/metrics'

/** When each of DVCLive's files was written, to know which ones a training wrote. */
export type DvcliveFiles = ReadonlyMap<string, string>

/** The files of DVCLive that are in the model's folder. */
export async function dvcliveFiles(folder: string): Promise<DvcliveFiles> {
  const found = new Map<string, string>()
  const paths = [metricsFile, paramsFile, ...(await globFiles(folder, [`${plots}/**/*.tsv`]))]
  for (const path of paths) {
    const stat = await lstatIfThere(join(folder, path))
    if (stat?.isFile() === true) found.set(path, `${stat.mtimeMs} ${stat.size} ${stat.ino}`)
  }
  return found
}

/**
 * Reads what DVCLive (1 to 3) wrote in a training: the summary of metrics, or where there is none the last value of each
 * plot; and parameters. Nested names are joined as DVCLive and DVC write them, `train/loss` and `model.depth`.
 *
 * @param before The files that were there before: those that the training left alone are another run's.
 * @throws ConfigError TY0102 with everything that is neither metric nor parameter, by file and line.
 */
export async function readDvclive(folder: string, before: DvcliveFiles): Promise<ToolReport> {
  const now = await dvcliveFiles(folder)
  const isNew = (path: string) => now.has(path) && now.get(path) !== before.get(path)
  const faults: Fault[] = []
  const warnings: string[] = []
  const text = (path: string) => readFile(join(folder, path), 'utf8')
  const params = isNew(paramsFile) ? leaves(await text(paramsFile), { file: paramsFile, by: '.', faults }) : []
  const metrics = isNew(metricsFile)
    ? leaves(await text(metricsFile), { file: metricsFile, by: '/', faults })
    : await lastOfPlots([...now.keys()].filter((path) => path.startsWith(`${plots}/`) && isNew(path)))
  // The count of steps is no measure of a model.
  const numbers = metrics.filter(({ name }) => name !== 'step').flatMap(metricOf)
  if (faults.length > 0) throw new ConfigError({ faults })
  if (numbers.length + params.length + warnings.length === 0) return nothingReported
  return {
    metrics: Object.fromEntries(numbers),
    params: Object.fromEntries(params.map(({ name, value }) => [name, paramOf(value)])),
    from: 'DVCLive’s files',
    warnings,
  }

  function metricOf({ name, value, file, line }: Leaf): readonly (readonly [string, number])[] {
    if (typeof value === 'number' && Number.isFinite(value)) return [[name, value]]
    if (isNotFinite(value)) warnings.push(`The metric ${name} of ${file} is ${String(value)}, and is left out`)
    else
      faults.push(
        toolFault(line === undefined ? { file } : { file, line }, name, `is not a number: ${JSON.stringify(value)}`),
      )
    return []
  }

  async function lastOfPlots(paths: readonly string[]): Promise<readonly Leaf[]> {
    const last: Leaf[] = []
    for (const path of paths) last.push(...lastOfPlot(await text(path), path))
    return last
  }
}

/** A value of a file, where it stands. */
interface Leaf {
  readonly name: string
  readonly value: unknown
  readonly file: string
  readonly line?: number
}

/** Every value in a JSON or YAML file that is a map of maps. */
function leaves(
  text: string,
  { file, by, faults }: { readonly file: string; readonly by: string; readonly faults: Fault[] },
): readonly Leaf[] {
  const parsed = parseYaml(text, file)
  if (!parsed.ok) {
    faults.push(...('faults' in parsed ? parsed.faults : [toolFault({ file }, 'the file', parsed.problem)]))
    return []
  }
  const { value: document } = parsed
  const { plain } = document
  if (!isMap(plain)) {
    faults.push(toolFault({ file, line: 1 }, 'the file', 'is not an object'))
    return []
  }
  const walk = (map: Readonly<Record<string, unknown>>, path: readonly string[]): readonly Leaf[] =>
    Object.entries(map).flatMap(([key, value]): readonly Leaf[] => {
      const at = [...path, key]
      if (isMap(value)) return walk(value, at)
      const { line } = document.where(at)
      return [{ name: at.join(by), value, file, ...(line === undefined ? {} : { line }) }]
    })
  return walk(plain, [])
}

/** The value in the last line of a plot, under its name; DVCLive writes `step<tab>name`, and sometimes a time before. */
function lastOfPlot(text: string, file: string): readonly Leaf[] {
  const lines = text.split(/\r?\n/)
  const column = (lines[0] ?? '').split('\t').length - 1
  const line = lines.findLastIndex((one) => one.trim() !== '')
  if (line < 1) return []
  const name = file.slice(plots.length + 1, -'.tsv'.length)
  const word = lines[line]?.split('\t')[column] ?? ''
  const value = word.trim() === '' || Number.isNaN(Number(word)) ? word : Number(word)
  return [{ name, value, file, line: line + 1 }]
}

function paramOf(value: unknown): string | number | boolean {
  if (typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  return JSON.stringify(value) ?? ''
}

/** Python's JSON has words for numbers that JSON has not. */
function isNotFinite(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value)
  return typeof value === 'string' && /^[+-]?(nan|inf|infinity)$/i.test(value)
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

async function lstatIfThere(path: string) {
  try {
    return await lstat(path)
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return undefined
    throw error
  }
}
