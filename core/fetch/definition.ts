import { defineStep } from '../step/define-step.ts'
import { modelRef, path, text } from '../step/input.ts'
import { gives } from '../step/output.ts'

export const definition = defineStep({
  id: 'fetch',
  title: 'Fetch a model version or a dataset',
  doc: 'Writes every file of a version, of a run or of a dataset to a folder and verifies each against its digest.\n\nFiles that are already there and right are left alone; a file that differs is replaced. A dataset that was registered by reference has no bytes in the workspace: its files have to be in the folder, and are verified there.',
  branding: { icon: 'download', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    candidate: modelRef({
      doc: 'What to fetch: `name@3`, `name@champion`, `name@latest` or `run:<id>`.',
    }),
    dataset: text({ doc: 'The dataset to fetch: `name@3`, `name@latest`, or a name for its newest version.' }),
    folder: path({ doc: 'Where the files are written; it is made when it does not exist.', required: true }),
  },
  rules: [{ exactlyOne: ['candidate', 'dataset'] }],
  outputs: {
    reference: gives.text({ doc: 'What was fetched: `name@version`, or `run:<id>`.' }),
    digest: gives.digest({ doc: 'The digest of the files together.' }),
    files: gives.number({ doc: 'How many files were written or found right.' }),
  },
})
