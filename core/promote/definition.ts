import { defineStep } from '../step/define-step.ts'
import { flag, modelRef, name, path, text } from '../step/input.ts'
import { gives } from '../step/output.ts'

export const definition = defineStep({
  id: 'promote',
  title: 'Promote a version to champion',
  doc: 'Moves the alias `champion` to a version, by compare-and-set, and remembers who did it, when and why.\n\nRefuses a version without the evidence of a passing gate for its very bytes, unless it is forced with a reason, here or at the gate; the reason is recorded. The newest gate counts. Where that gate compared with another version than the one that is replaced, or judged by another criteria file than trainyard.yml names or by one that has changed since, the step warns.\n\nWith an endpoint it gives the version all the traffic first, and the alias moves when what had it is retired. A step that was cut off is run again and finishes the work.',
  branding: { icon: 'award', color: 'green' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    candidate: modelRef({ doc: 'The version: `name@3` or `name@latest`.', required: true }),
    alias: name({ doc: 'The alias to move.', default: 'champion' }),
    reason: text({
      doc: 'Why; recorded in the alias’s history. Needed where trainyard.yml says `reasons: required` under `workspace`.',
    }),
    force: flag({ doc: 'Promotes without a passing gate or canary. Needs a reason.', default: false }),
    endpoint: name({
      doc: 'Gives it all the traffic of this endpoint first: what had it is drained and retired. Needs the evidence of a canary there that passed, unless it is stable there already.',
      group: 'traffic',
    }),
    package: path({
      doc: 'The folder of its package, for a version that does not run at the endpoint now.',
      group: 'traffic',
    }),
    stateFolder: path({
      doc: 'Where this machine remembers its endpoints. By default below `.trainyard` of the project, in CI of the home of the runner’s user.',
      group: 'traffic',
    }),
  },
  decision: {},
  rules: [
    { require: 'reason', when: { force: 'true' } },
    { require: 'endpoint', when: { package: true } },
  ],
  outputs: {
    version: gives.number({ doc: 'The version that the alias names now.', sometimes: true }),
    previous: gives.number({ doc: 'The version that it named before.', sometimes: true }),
    moved: gives.flag({ doc: 'False when the alias was there already.' }),
  },
})
