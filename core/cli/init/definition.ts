import { defineStep } from '../../step/define-step.ts'
import { choice, name } from '../../step/input.ts'

export const definition = defineStep({
  id: 'init',
  title: 'Write a first trainyard.yml, criteria and pipelines for this repository',
  doc: 'Looks at the repository (its training and prediction scripts, requirements, data and CI system) and writes a first `trainyard.yml`, a criteria file, and pipelines that train, judge, register and release. It overwrites nothing: files that are there stay as they are.',
  branding: { icon: 'plus', color: 'green' },
  permissions: {},
  workspace: 'read',
  inputs: {
    model: name({ doc: 'The name of the model; made from the repository’s name when not given.' }),
    ci: choice(['auto', 'github', 'azure', 'both'], {
      doc: 'The CI system whose pipelines are written; `auto` looks at the repository.',
      default: 'auto',
    }),
  },
  outputs: {},
})
