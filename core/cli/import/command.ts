import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { mlflowConnection } from '../../engines/mlflow/connection.ts'
import { InputError } from '../../errors/errors.ts'
import type { Fault } from '../../errors/fault.ts'
import { demandTrust } from '../../main/trust.ts'
import { sized } from '../../main/words.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, name, text } from '../../step/input.ts'
import { importRun } from '../../workspace/mlflow/foreign-run.ts'
import type { Look } from '../lazy-look.ts'

export const definition = defineStep({
  id: 'import',
  title: 'Bring a run from an MLflow server here',
  doc: 'Records a run of an MLflow server in the workspace: its parameters, metrics and tags, commit, times and person, and every file that it logged, the models included. It can then be judged and registered as any other run. A second time the run is found.\n\nThe server and its credentials are those of MLflow’s own client: `MLFLOW_TRACKING_URI`, `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`.',
  branding: { icon: 'download-cloud', color: 'green' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    run: text({ doc: 'The run, `mlflow:<run id>`.', required: true }),
    model: name({
      doc: 'The model that it trained. May be left out when trainyard.yml has one model.',
      required: true,
    }),
    server: text({ doc: 'The address of the MLflow server; `MLFLOW_TRACKING_URI` when not given.' }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

/** Imports a run. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  demandTrust(host, 'import a run')
  const runId = /^mlflow:([A-Za-z0-9-]{1,64})$/.exec(inputs.run)?.[1]
  if (runId === undefined) throw refusal(host.inputName('run'), 'is no run of an MLflow server', 'mlflow:<run id>')
  const address = inputs.server ?? host.env['MLFLOW_TRACKING_URI']
  if (address === undefined || !/^https?:\/\//.test(address) || !URL.canParse(address))
    throw refusal(
      host.inputName('server'),
      'is no address of an MLflow server (http or https)',
      'https://mlflow.example.com',
    )
  const connection = mlflowConnection(address, host.env)
  for (const secret of connection.secrets) host.mask(secret)
  await mkdir(host.context.tempFolder, { recursive: true })
  const folder = await mkdtemp(join(host.context.tempFolder, 'trainyard-import-'))
  try {
    const { run, isNew } = await importRun({ connection, runId, model: inputs.model, folder, workspace })
    if (inputs.json) return JSON.stringify({ run, isNew }, undefined, 2)
    const files = run.end === undefined ? '' : `: ${run.state}, ${sized(run.end.artifacts)}`
    return `run:${run.id} ${isNew ? 'is' : 'was before'} imported from ${connection.url}${files}`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function refusal(subject: string, problem: string, example: string): InputError {
  const fault: Fault = { subject, source: { kind: 'input' }, problem, example }
  return new InputError({ faults: [fault] })
}
