import { runStates } from '../records/run.ts'
import { defineStep } from '../step/define-step.ts'
import { command, duration, flag, glob, list, name, path, text } from '../step/input.ts'
import { gives } from '../step/output.ts'

export const definition = defineStep({
  id: 'train',
  title: 'Train a model and record the run',
  doc: 'Runs the training command and records a run: code, data, environment, parameters, metrics, files, who and why.\n\nThe command runs without a shell, in a Python environment made from a locked requirements file, in the environment that is there, or in none at all: any language trains. It writes metrics and parameters as JSON (`{"metrics": {…}, "params": {…}}`) to the file that `$TRAINYARD_METRICS` names; a run that it makes in MLflow’s `mlruns/` and the files of DVCLive (`dvclive/`) are read as they are, beside that file or without it. It sees only an allow-listed environment: never the runner’s tokens.',
  branding: { icon: 'activity', color: 'purple' },
  permissions: { contents: 'write' },
  workspace: 'write',
  hasPost: true,
  inputs: {
    model: name({ doc: 'The model. May be left out when trainyard.yml has one model.', required: true }),
    command: command({ doc: 'The training command. It runs in the model’s folder.', required: true, project: 'train' }),
    files: glob({ doc: 'The files that training writes and the run keeps.', required: true, project: 'path' }),
    requirements: path({
      doc: 'A pip requirements file. It is locked with hashes, and the environment is kept and used again while lock and Python stay the same. Without it the command runs in the environment that is there.',
      project: 'requirements',
      group: 'environment',
    }),
    python: text({
      doc: 'The Python to make the environment with, by path or name. Python 3.10 or newer.',
      group: 'environment',
    }),
    passEnv: list({
      doc: 'Environment variables that the command may see beside the usual ones. Secrets of the runner are refused.',
      project: 'passEnv',
      group: 'environment',
    }),
    data: glob({
      doc: 'The data files that training reads. Their digests are recorded, their bytes are not kept; registered datasets that they hold are named by the run.',
      project: 'data',
    }),
    experiment: name({
      doc: 'The experiment that the run belongs to; the model’s name when not given.',
      project: 'experiment',
    }),
    reuse: flag({
      doc: 'Uses the run of the experiment that succeeded with the same code, data, environment and command, if there is one, instead of training again. Only where `data` is declared, since otherwise nobody knows what training reads, and where no variables are passed. An environment that is there counts as the same on every machine of its kind: lock the requirements, or say `false`.',
      default: true,
    }),
    timeout: duration({ doc: 'The longest that the command may take.', default: '5h', project: 'timeout' }),
  },
  outputs: {
    run: gives.text({ doc: 'The run’s id.' }),
    candidate: gives.text({ doc: '`run:<id>`, as compare-and-gate and register take it.' }),
    state: gives.choice(runStates, { doc: 'How the run ended.' }),
    metrics: gives.text({ doc: 'The metrics that the command reported, as JSON.', sometimes: true }),
    digest: gives.digest({ doc: 'The digest of the files that training wrote.', sometimes: true }),
  },
})
