import { flag, path, secret, text } from './input.ts'

/** The inputs that every step has; `core/main` consumes them, `run` need not. */
export const commonInputs = {
  workspace: text({
    doc: 'Where everything is remembered: `git:` (a branch of this repository), `s3://…`, `azblob://…`, `mlflow+https://…`, or a folder. trainyard.yml usually says it once for all steps.',
    group: 'workspace',
  }),
  projectFile: path({
    doc: 'The project file. Looked for as `trainyard.yml` in the repository when not given.',
    group: 'workspace',
  }),
  token: secret({
    doc: 'The token with which the repository that holds the workspace is read and written.',
    defaults: { github: '${{ github.token }}', azure: '$(System.AccessToken)' },
    group: 'workspace',
  }),
  dryRun: flag({
    doc: 'Does everything except recording and sending: the summary says what would have been recorded.',
    default: false,
    group: 'workspace',
  }),
} as const

export type CommonInputs = typeof commonInputs
