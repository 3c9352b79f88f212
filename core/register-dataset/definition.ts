import { tableFormats } from '../records/dataset.ts'
import { defineStep } from '../step/define-step.ts'
import { choice, flag, glob, keyValues, list, name, path, text } from '../step/input.ts'
import { gives } from '../step/output.ts'

export const definition = defineStep({
  id: 'register-dataset',
  title: 'Register a dataset',
  doc: 'Registers files as the next version of a dataset, with their digest, the schema of their tables and a statistical profile of every column.\n\nThe same files under the same name are one version, however often the step runs. Tables are read as streams, whatever their size: CSV, TSV, JSON Lines, Parquet, and collected requests to a model. Profiles can be merged and held against each other; they never hold rows, and no text that fewer than ten rows have. A training run whose data are these very files names the version by itself, and so does a model version that is registered from the run. Pull requests from forks cannot register.',
  branding: { icon: 'database', color: 'blue' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    dataset: name({ doc: 'The dataset.', required: true }),
    files: glob({ doc: 'Its files, as patterns relative to `folder`.', required: true }),
    folder: path({ doc: 'The folder that the patterns are relative to; the project’s when not given.' }),
    description: text({ doc: 'What is special about this version.' }),
    tags: keyValues({ doc: 'Tags to search for, `Name=Value`. Those of a version that exists are added to.' }),
    byReference: flag({
      doc: 'Leaves the files where they are, whatever their size: the workspace remembers their digests, sizes and `address`, and not their bytes.',
      default: false,
      group: 'files',
    }),
    address: text({
      doc: 'Where others find the files, such as `s3://bucket/flights/`. Recorded without credentials and without a query.',
      group: 'files',
    }),
    format: choice(tableFormats, {
      doc: 'How the files are read. `auto` goes by the ends of their names and leaves alone what is no table; `requests` are JSON Lines with one body of a request to a model (Open Inference Protocol, version 2) a line.',
      default: 'auto',
      group: 'tables',
    }),
    missing: list({
      doc: 'Words that stand for a missing value, besides the empty cell and `nan`, such as `NA`.',
      group: 'tables',
    }),
    textColumns: list({
      doc: 'Columns that are text though they look like numbers, such as postal codes.',
      group: 'tables',
    }),
    onSchemaChange: choice(['allow', 'warn', 'fail'], {
      doc: 'What happens when a table or column of the newest version is gone, or has another type: `fail` registers nothing.',
      default: 'warn',
      group: 'tables',
    }),
  },
  outputs: {
    version: gives.number({ doc: 'The version’s number.', sometimes: true }),
    reference: gives.text({ doc: '`name@version`, as `datasets` of register takes it.', sometimes: true }),
    digest: gives.digest({ doc: 'The digest of the files together.' }),
    isNew: gives.flag({ doc: 'False when these files were registered before, or nothing was registered.' }),
    rows: gives.number({ doc: 'The rows of all its tables together.', sometimes: true }),
    columns: gives.number({ doc: 'The columns of all its tables together.', sometimes: true }),
  },
})
