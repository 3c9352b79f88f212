import { defineStep } from '../step/define-step.ts'
import { modelRef, name, path, text } from '../step/input.ts'
import { gives } from '../step/output.ts'

export const definition = defineStep({
  id: 'rollback',
  title: 'Return to the previous champion',
  doc: 'Makes the version champion again that was champion before, and gives it all the traffic of an endpoint where one is named. No gate and no canary is asked for: it has served.\n\nThe traffic moves first, and the alias when the version that had it is retired; a step that was cut off is run again and finishes the work. A canary in progress is not touched: take it out with `abort` of deploy-canary. Pull requests from forks cannot roll back.',
  branding: { icon: 'rotate-ccw', color: 'red' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    model: name({ doc: 'The model. May be left out when trainyard.yml has one model.', required: true }),
    reason: text({ doc: 'Why; recorded in the alias’s history.', required: true }),
    from: modelRef({
      doc: 'The version that is taken back, `name@3`. Where another one is champion by then, nothing is done: so the step is safe to repeat. Without it, each run goes one version further back.',
    }),
    endpoint: name({
      doc: 'Gives the previous champion all the traffic of this endpoint first.',
      group: 'traffic',
    }),
    package: path({
      doc: 'The folder of its package. The packages of the latest deployments are kept on the machine that serves, so it is needed only where those are gone.',
      group: 'traffic',
    }),
    stateFolder: path({
      doc: 'Where this machine remembers its endpoints. By default below `.trainyard` of the project, in CI of the home of the runner’s user.',
      group: 'traffic',
    }),
  },
  rules: [{ require: 'endpoint', when: { package: true } }],
  outputs: {
    version: gives.number({ doc: 'The version that is champion now.' }),
    previous: gives.number({ doc: 'The version that was champion before.', sometimes: true }),
    moved: gives.flag({ doc: 'False when nothing was to be done.' }),
  },
})
