import { defineStep } from '../step/define-step.ts'
import { flag, glob, keyValues, list, modelRef, name, text } from '../step/input.ts'
import { gives } from '../step/output.ts'

export const definition = defineStep({
  id: 'register',
  title: 'Register a model version',
  doc: 'Registers the files of a training run, or files that were trained elsewhere, as the next version of a model.\n\nVersions are 1, 2, 3, … without gap, their files never change, and the same files from the same run are registered once, however often the step runs. The event `model.registered` is recorded together with the version. Pull requests from forks cannot register.',
  branding: { icon: 'package', color: 'blue' },
  permissions: { contents: 'write' },
  workspace: 'write',
  inputs: {
    model: name({ doc: 'The model. May be left out when trainyard.yml has one model.', required: true }),
    run: modelRef({ doc: 'The run whose files are registered, `run:<id>`: the output `candidate` of train.' }),
    files: glob({ doc: 'Files that were trained elsewhere, as patterns relative to the model’s folder.' }),
    reference: text({
      doc: 'Files that stay where they are, `hf://owner/model@<commit>`, `oci://registry/repository@sha256:…`, `s3://bucket/key`, `azblob://account/container/key` or `https://…#sha256=…`. The version remembers their digests; they are downloaded and verified when they are used, and refused when they have changed.',
      example: 'hf://acme/flights@main',
    }),
    description: text({ doc: 'What is special about this version.' }),
    tags: keyValues({ doc: 'Tags to search for, `Name=Value`.' }),
    datasets: list({
      doc: 'Registered datasets that it was made from, `name@version`, beside those that the run names by itself.',
    }),
    parent: modelRef({ doc: 'The version that it was derived from, for example by fine-tuning.' }),
    deliver: flag({
      doc: 'Starts the releases that the trigger rules name at once, instead of leaving that to the trigger step.',
      default: false,
    }),
  },
  rules: [{ exactlyOne: ['run', 'files', 'reference'] }],
  outputs: {
    version: gives.number({ doc: 'The version’s number.' }),
    reference: gives.text({ doc: '`name@version`, as the other steps take it.' }),
    digest: gives.digest({ doc: 'The digest of the version’s files.' }),
    isNew: gives.flag({ doc: 'False when these files of this run were registered before.' }),
  },
})
