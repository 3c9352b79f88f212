import { verdicts } from '../records/verdict.ts'
import { defineStep } from '../step/define-step.ts'
import { choice, command, duration, file, flag, list, modelRef, name, path, text } from '../step/input.ts'
import { gives } from '../step/output.ts'
import { criteriaShape } from './criteria.ts'

export const definition = defineStep({
  id: 'compare-and-gate',
  title: 'Compare a candidate with the champion',
  doc: 'Judges a candidate (a run or a version) against the champion on the same rows, by the criteria of a file, and says pass, fail or inconclusive, with reasons.\n\nIt passes a candidate only on evidence: each required criterion must be proven at a stated error probability. Too little data is `inconclusive` and says how many rows would decide. Where there is no champion the absolute criteria alone decide, and the report says so. The evidence and the summary are written before the step fails.',
  branding: { icon: 'check-circle', color: 'green' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    model: name({ doc: 'The model. May be left out when trainyard.yml has one model.', required: true }),
    candidate: modelRef({
      doc: 'What is judged: `run:<id>`, `name@3` or `name@latest`.',
      required: true,
      was: ['challenger'],
    }),
    champion: modelRef({ doc: 'What it is compared with; the alias `champion` of the model when not given.' }),
    endpoint: name({
      doc: 'Compares with what serves at this endpoint. Where it does not serve the model, the alias `champion` is compared with. What trainyard.yml gives this endpoint as `budgets` is judged by, too.',
    }),
    criteria: file(criteriaShape, { doc: 'The criteria file.', required: true, project: 'criteria' }),
    data: path({ doc: 'The evaluation data, instead of the file that the criteria name.', group: 'predictions' }),
    predictions: choice(['auto', 'onnx', 'command', 'files'], {
      doc: 'Where predictions come from: the ONNX file of each side, evaluated in the step; the project’s own predict command, run for each side; or prediction files. `auto` takes files where they are given, then a side’s ONNX file, then the command.',
      default: 'auto',
      group: 'predictions',
    }),
    runtime: choice(['wasm', 'native', 'auto'], {
      doc: 'The build of ONNX Runtime that evaluates ONNX files: `wasm` is always there and the same on every system; `native` is the one for this processor, two to four times as fast; `auto` takes that where `nativeRuntime` has it. They differ in the last digits.',
      default: 'wasm',
      group: 'predictions',
    }),
    nativeRuntime: path({
      doc: 'The folder with onnxruntime-node in its node_modules, outside of the checkout: `npm install --ignore-scripts --prefix <folder> onnxruntime-node@1.30.0` makes it.',
      group: 'predictions',
    }),
    predict: command({
      doc: 'The predict command, with the placeholders `{model}` (a folder), `{data}` and `{out}` (files). It writes a prediction file (CSV, JSON Lines or Parquet) to `{out}`. It runs once for each side, in the environment and with the code that trained that side.',
      project: 'predict',
      group: 'predictions',
    }),
    predictCode: choice(['own', 'checkout'], {
      doc: 'The code that the predict command runs with: `own`, for each side that of the run that trained it (what its run kept, else its commit where this checkout has it; else the checkout), or `checkout`, for both sides the code that is checked out here.',
      default: 'own',
      group: 'predictions',
    }),
    candidatePredictions: path({
      doc: 'The candidate’s prediction file: a CSV, TSV, JSON Lines or Parquet file with the id column of the criteria, and `prediction` (a class or a number), `probability` (of the last of two classes) or `probability_<class>` for each class. Every row of the data is predicted once, in any order.',
      group: 'predictions',
    }),
    championPredictions: path({ doc: 'The champion’s prediction file, in the same form.', group: 'predictions' }),
    reusePredictions: flag({
      doc: 'Keeps what a side predicts, and uses it again in a later gate with the same model, data and way of predicting. A predict command only where its Python, its code and everything else that it depends on is known: not with `passEnv`, not with `predictCode: checkout`. Prediction files are never kept.',
      default: true,
      group: 'predictions',
    }),
    passEnv: list({
      doc: 'Environment variables that the predict command may see beside the usual ones.',
      project: 'passEnv',
      group: 'predictions',
    }),
    python: text({ doc: 'The Python to make environments with, by path or name.', group: 'predictions' }),
    onFail: choice(['fail', 'warn'], {
      doc: 'What a failing verdict does to the step. With `warn` the step is green, and `promote` refuses the candidate all the same.',
      default: 'fail',
    }),
    onInconclusive: choice(['fail', 'warn'], {
      doc: 'What an inconclusive verdict does to the step. When not given, what `onInconclusive` of the criteria file says, else `fail`. With `warn` the step is green, and `promote` refuses the candidate all the same.',
    }),
    force: flag({
      doc: 'Lets a candidate go on that does not pass; `promote` then takes it. Needs a reason. The verdict stays what it is, and is recorded as forced.',
      default: false,
    }),
    reason: text({ doc: 'Why it is forced; recorded in the evidence.' }),
    timeout: duration({ doc: 'The longest that predicting may take, for each side.', default: '30m' }),
  },
  decision: { force: 'true' },
  rules: [
    { require: 'reason', when: { force: 'true' } },
    { require: 'predict', when: { predictions: 'command' } },
    { require: 'nativeRuntime', when: { runtime: 'native' } },
    { require: 'candidatePredictions', when: { predictions: 'files' } },
  ],
  outputs: {
    verdict: gives.choice(verdicts, { doc: 'The verdict.' }),
    forced: gives.flag({ doc: 'Whether a candidate that did not pass was let through by force.', sometimes: true }),
    needed: gives.number({ doc: 'Rows that would decide an inconclusive verdict.', sometimes: true }),
    candidate: gives.text({ doc: 'What was judged.' }),
    champion: gives.text({ doc: 'What it was compared with.', sometimes: true }),
    results: gives.text({ doc: 'The judgement on each criterion, as JSON.', sometimes: true }),
    evidence: gives.digest({ doc: 'The evidence’s id.', sometimes: true }),
  },
})
