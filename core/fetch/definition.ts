import { defineStep } from '../step/define-step.ts'
import { modelRef, path } from '../step/input.ts'
import { gives } from '../step/output.ts'

export const definition = defineStep({
  id: 'fetch',
  title: 'Fetch the files of a model version',
  doc: 'Writes every file of a version, or of a run, to a folder and verifies each against its digest.\n\nFiles that are already there and right are left alone; a file that differs is replaced.',
  branding: { icon: 'download', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    candidate: modelRef({
      doc: 'What to fetch: `name@3`, `name@champion`, `name@latest` or `run:<id>`.',
      required: true,
    }),
    folder: path({ doc: 'Where the files are written; it is made when it does not exist.', required: true }),
  },
  outputs: {
    reference: gives.text({ doc: 'What was fetched: `name@version`, or `run:<id>`.' }),
    digest: gives.digest({ doc: 'The digest of the files together.' }),
    files: gives.number({ doc: 'How many files were written or found right.' }),
  },
})
