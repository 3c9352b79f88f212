import type { About } from '../../core/gen/about.ts'
import { type AnyDefinition, defineStep } from '../../core/step/define-step.ts'
import * as input from '../../core/step/input.ts'
import { gives } from '../../core/step/output.ts'

/** A step that uses everything that can be declared. */
export const sample: AnyDefinition = defineStep({
  id: 'weigh-twice',
  title: 'Weigh a model twice',
  doc: 'Weighs `one` model: **twice**, see [the docs](https://example.com).\n\nThe second paragraph.',
  branding: { icon: 'anchor', color: 'gray-dark' },
  permissions: { contents: 'write', actions: 'read' },
  workspace: 'write',
  hasPost: true,
  inputs: {
    model: input.name({ doc: 'The model.', required: true }),
    candidate: input.modelRef({ doc: 'The candidate.', required: true, was: ['challenger'] }),
    batchSize: input.integer({ doc: 'How many: 1 | 2, "quoted", # not a comment.', min: 1, max: 100, default: 32 }),
    command: input.command({ doc: 'The command.', required: true, project: 'train' }),
    mode: input.choice(['full', 'quick'], { doc: 'How.', default: 'full' }),
    scale: input.choice(['kitchen', 'lorry'], { doc: 'Which scale.' }),
    load: input.number({ doc: 'The load.' }),
    note: input.text({ doc: 'A note.' }),
    keep: input.flag({ doc: 'Keeps it.', default: true }),
    loud: input.flag({ doc: 'Says it.', default: false }),
    tags: input.keyValues({ doc: 'Tags.', group: 'moreThings' }),
    file: input.path({ doc: 'A file.' }),
    folder: input.path({ doc: 'A folder.' }),
    azureDevops: input.connection({ doc: 'The organisation.' }),
    signingKey: input.secret({ doc: 'The key.', group: 'moreThings' }),
  },
  rules: [
    { require: 'load', when: { scale: 'lorry' } },
    { require: 'note', when: { scale: 'kitchen', loud: 'true' } },
    { require: 'tags', when: { mode: 'full' } },
    { require: 'signingKey', when: { note: true } },
    { exactlyOne: ['file', 'folder'] },
  ],
  outputs: {
    weight: gives.number({ doc: 'The weight.' }),
    verdict: gives.choice(['light', 'heavy'], { doc: 'The verdict.', sometimes: true }),
  },
})

/** A project that is not ours. */
export const about: About = {
  name: 'scales',
  description: 'Weighs things.',
  keywords: ['weight'],
  license: 'MIT',
  author: 'The weighers',
  publisher: 'weighers',
  version: '3.4.5',
  numbers: { major: 3, minor: 4, patch: 5 },
  repository: 'weighers/scales',
  repositoryUrl: 'https://github.com/weighers/scales',
  homepage: 'https://github.com/weighers/scales#readme',
  bugs: 'https://github.com/weighers/scales/issues',
}
