import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { definition } from '../../core/package/definition.ts'
import { run } from '../../core/package/run.ts'
import { Bench, type Step } from '../main/bench.ts'

export const packaging: Step<typeof definition> = { definition, run }

const fixtures = join(import.meta.dirname, '../fixtures/onnx')

/** A model file that the engine's tests are made of. */
export function onnx(name: string): Promise<Buffer> {
  return readFile(join(fixtures, `${name}.onnx`))
}

const oracleShape = z.object({
  columns: z.object({
    dep_delay: z.array(z.number()),
    distance: z.array(z.number()),
    carrier: z.array(z.string()),
  }),
  probabilities: z.array(z.number()),
})

/** Twenty flights, and what scikit-learn itself predicts for them. */
export const oracle = oracleShape.parse(JSON.parse(await readFile(join(fixtures, 'flights.json'), 'utf8')))

const { dep_delay: delays, distance: distances, carrier: carriers } = oracle.columns
const flightRows = delays.map((delay, row) => `f${row},${delay},${distances[row]},${carriers[row]},0`)

const projectFile = `version: 1
models:
  flights: { path: model/**, criteria: flights.yml, serve: serve.yml }
  sums: { path: model/**, criteria: sums.yml }
`

function criteriaFile(data: object): string {
  const criteria = [{ metric: 'accuracy', absolute: { min: 0.5 } }]
  return JSON.stringify({ version: 1, data: { id: 'id', label: 'y', ...data }, criteria })
}

/** A project with two models that take different rows: flights@1 (columns) and sums@1 (a matrix). */
export async function aScene(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Bench> {
  const bench = await Bench.make({
    'trainyard.yml': projectFile,
    'flights.yml': criteriaFile({ file: 'flights.csv' }),
    'flights.csv': ['id,dep_delay,distance,carrier,y', ...flightRows].join('\n'),
    'sums.yml': criteriaFile({ file: 'sums.csv', features: ['a', 'b'] }),
    'sums.csv': ['id,a,b,y', '1,1,2,3', '2,-4,0.5,0', '3,7,7,1'].join('\n'),
    'serve.yml': 'version: 1\nmaxQueue: 64\n',
    'model/flights.onnx': await onnx('flights'),
    'model/vocabulary.txt': 'AA DL UA',
    'sums/sums.onnx': await onnx('free'),
    ...files,
  })
  await bench.version('flights', 'model/**')
  await bench.version('sums', 'sums/**')
  return bench
}

/** A server that was started from a package as a user starts it. */
export interface Served extends AsyncDisposable {
  readonly url: string
}

/** Starts `node serve.mjs` in a folder, with nothing of this process's environment. */
export async function served(node: string, folder: string): Promise<Served> {
  const child = spawn(node, ['serve.mjs', '--port', '0'], {
    cwd: folder,
    env: {},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  const lines: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line)
    const { event, url } = z.object({ event: z.string(), url: z.string().optional() }).parse(JSON.parse(line))
    if (event !== 'ready' || url === undefined) continue
    return {
      url,
      async [Symbol.asyncDispose]() {
        child.kill('SIGTERM')
        await exited
      },
    }
  }
  throw new Error(`the server ended: ${lines.join('\n')}`)
}

/** Asks a server that follows the Open Inference Protocol, as a client does that knows nothing else. */
export async function infer(url: string, model: string, inputs: readonly object[]): Promise<readonly unknown[]> {
  const response = await fetch(`${url}/v2/models/${model}/infer`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs }),
  })
  const body: unknown = await response.json()
  if (!response.ok) throw new Error(JSON.stringify(body))
  const { outputs } = z.object({ outputs: z.array(z.object({ data: z.array(z.unknown()) })) }).parse(body)
  return outputs.map(({ data }) => data)
}
