import { join } from 'node:path'
import type { Host } from '../../host/host.ts'
import { runUserCommand } from '../../main/user-command.ts'
import { prepareEnvironment } from '../../engines/python/environment.ts'
import { defineStep } from '../../step/define-step.ts'
import { path } from '../../step/input.ts'
import type { InputsOf } from '../../step/define-step.ts'
import { print } from '../print.ts'
import { textTable } from '../text-table.ts'
import { startReceiver } from './receiver.ts'
import { commit, makeScratch, type Scratch } from './scratch.ts'
import { stepRunner } from './step-runner.ts'
import { expecting, StoryError } from './stage.ts'
import { tell } from './story.ts'
import type { Told } from './versions.ts'

export const definition = defineStep({
  id: 'quickstart',
  title: 'Watch a real model go the whole way, in a scratch repository',
  doc: 'Trains on three months of real flights; registers, judges, deploys and promotes a model; lets a better one take over by a canary; refuses a worse one; rolls one back whose server fails.\n\nEverything happens in one folder and on this machine; the Python packages are downloaded once. A second quickstart replaces the first.',
  branding: { icon: 'play', color: 'green' },
  permissions: {},
  workspace: 'read',
  inputs: {
    folder: path({ doc: 'The folder to play in.', default: 'trainyard-quickstart' }),
  },
  outputs: {},
})

/** The longest that preparing the data may take. */
const dataTimeoutMs = 10 * 60_000

/** Tells the whole story and returns the table and the places that end it. */
export async function quickstart(inputs: Pick<InputsOf<typeof definition>, 'folder'>, host: Host): Promise<string> {
  const startedAt = performance.now()
  await using receiver = await startReceiver()
  chapter('0  A repository to play in, with a remote, a Python environment, and the flights of April to judge on')
  const scratch = await makeScratch(inputs.folder, receiver.url)
  await prepareData(scratch, host)
  await commit(scratch, 'Predict whether a flight will be late')

  const program = process.argv[1]
  if (program === undefined) throw new StoryError('the program does not know its own file')
  const trainyard = stepRunner({ program, checkout: scratch.checkout, scratch: scratch.folder })
  const report = join(scratch.folder, 'report.html')
  try {
    const told = await tell({ scratch, trainyard, receiver, chapter })
    await expecting(0, trainyard('report', 'flights', '--out', report))
    return ending({ told, scratch, report, seconds: (performance.now() - startedAt) / 1000 })
  } finally {
    // Endpoints outlive the steps that made them; this one was made for the story.
    await trainyard('down', '--all')
  }
}

/** The same environment that the train step will find ready, and in it the evaluation data, which a team keeps with its code. */
async function prepareData({ checkout }: Scratch, host: Host): Promise<void> {
  const environment = await prepareEnvironment({
    requirements: join(checkout, 'requirements.txt'),
    folder: checkout,
    env: host.env,
    signal: host.signal,
    onLine: (line) => host.log.child(line),
  })
  const { exitCode } = await runUserCommand({
    host,
    command: ['python', 'data.py'],
    folder: checkout,
    environment,
    variables: {},
    passEnv: [],
    timeoutMs: dataTimeoutMs,
  })
  if (exitCode !== 0) throw new StoryError(`data.py ended with ${exitCode ?? 'a signal'}`)
}

interface Ending {
  readonly told: readonly Told[]
  readonly scratch: Scratch
  readonly report: string
  readonly seconds: number
}

function ending({ told, scratch: { checkout, remote }, report, seconds }: Ending): string {
  const rows = told.map(({ version, what, logLoss, verdict, ending: end }) => [version, what, logLoss, verdict, end])
  return [
    '',
    textTable(['version', 'what', 'log loss, April', 'gate', 'ending'], rows),
    '',
    `All of it took ${Math.round(seconds)} s.`,
    `The report           ${report}`,
    `The repository       ${checkout}`,
    `Its remote           ${remote} (the branch trainyard is the workspace)`,
    '',
    'Look around there:   trainyard models flights',
    '                     trainyard lineage flights@champion',
    '                     trainyard audit',
    'In your repository:  npx trainyard init',
  ].join('\n')
}

function chapter(title: string): void {
  print(`\n━━ ${title}`)
}
