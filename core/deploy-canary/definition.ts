import { verdicts } from '../records/verdict.ts'
import { defineStep } from '../step/define-step.ts'
import { choice, duration, file, flag, integer, list, modelRef, name, path, text } from '../step/input.ts'
import { gives } from '../step/output.ts'
import { criteriaFileShape } from './criteria-file.ts'

export const definition = defineStep({
  id: 'deploy-canary',
  title: 'Try a version on part of the traffic',
  doc: 'Starts a version beside the one that serves, gives it a growing share of the requests, and compares the errors of both sides until it is proven that it may take over, or that it must not.\n\nA canary that does worse is rolled back by itself: first all the requests go back to stable, then it is stopped. Where the traffic was not enough to decide, the verdict is `inconclusive` and never a pass. The step ends at the last share of the plan; only promote gives a version all the traffic. On an endpoint that serves nothing yet there is nothing to compare with: a version that passed the gate gets all the traffic at once, and any other is refused.\n\nServers run on the machine of the step and outlive it, so throw-away runners are refused. A step that was cut off is run again and goes on where it was. Pull requests from forks cannot deploy.',
  branding: { icon: 'git-branch', color: 'yellow' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    candidate: modelRef({ doc: 'The version: `name@3` or `name@latest`.', required: true }),
    endpoint: name({ doc: 'The endpoint at which it is tried.', required: true }),
    package: path({
      doc: 'The folder of its package, which the package step made. It is copied to where this machine remembers its endpoints.',
    }),
    plan: list({
      doc: 'The shares and how long each is kept at least, `5%:2m, 25%:5m, 50%:10m`. Shares grow and stay below 100 %.',
      default: '5%:2m, 25%:5m, 50%:10m',
      project: 'plan',
    }),
    lookEvery: duration({ doc: 'How often the counts are read and judged.', default: '10s' }),
    minBake: duration({ doc: 'No verdict in its favour before this time since its first request.', default: '5m' }),
    deadline: duration({ doc: 'When it has to be decided, counted from its first request.', default: '1h' }),
    onInconclusive: choice(['hold', 'rollback'], {
      doc: '`hold` leaves a canary that could not be decided where it is, `rollback` takes it out. The step fails either way.',
      default: 'hold',
    }),
    criteria: file(criteriaFileShape, {
      doc: 'The criteria file; its part `canary` says how the canary is judged.',
      project: 'criteria',
    }),
    once: flag({
      doc: 'Looks once instead of waiting, and sets `continue` when it has to be looked at again: for a schedule, so that nobody pays a runner for waiting.',
      default: false,
    }),
    restart: flag({ doc: 'Tries a version again whose canary has ended.', default: false }),
    abort: flag({ doc: 'Takes the canary out now, whatever its numbers say.', default: false }),
    reason: text({
      doc: 'Why it is taken out; recorded in its evidence. Needed with `abort` where trainyard.yml says `reasons: required` under `workspace`.',
    }),
    environment: name({ doc: 'The environment that the endpoint belongs to.', default: 'production', group: 'target' }),
    port: integer({
      doc: 'The port of an endpoint that is made new. Any that is free when not given.',
      min: 1,
      max: 65_535,
      group: 'target',
    }),
    stateFolder: path({
      doc: 'Where this machine remembers its endpoints. By default below `.trainyard` of the project, in CI of the home of the runner’s user.',
      group: 'target',
    }),
  },
  decision: { abort: 'true' },
  rules: [{ require: 'package', when: { abort: 'false' } }],
  outputs: {
    verdict: gives.choice(verdicts, {
      doc: '`pass`, `fail` or `inconclusive` once it is decided; for a first deployment the gate’s.',
      sometimes: true,
    }),
    continue: gives.flag({ doc: 'True when the step has to run again to go on (`once`).' }),
    reference: gives.text({ doc: 'The version, `name@version`.' }),
    deployment: gives.text({ doc: 'The name of its deployment.', sometimes: true }),
    share: gives.number({ doc: 'Its share of the requests in per cent when the step ended.', sometimes: true }),
    address: gives.text({ doc: 'Where the endpoint answers.', sometimes: true }),
    evidence: gives.digest({ doc: 'The evidence of the canary, once it is decided.', sometimes: true }),
  },
})
