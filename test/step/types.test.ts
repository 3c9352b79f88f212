import { expectTypeOf, test } from 'vitest'
import type { Digest } from '../../core/records/digest.ts'
import type { ModelReference } from '../../core/records/reference.ts'
import { defineStep, type InputsOf, type OutputsOf } from '../../core/step/define-step.ts'
import * as input from '../../core/step/input.ts'
import { gives } from '../../core/step/output.ts'

const definition = defineStep({
  id: 'example',
  title: 'Show the types',
  doc: 'An example.',
  branding: { icon: 'check', color: 'green' },
  permissions: {},
  workspace: 'read',
  inputs: {
    model: input.name({ doc: 'The model.', required: true }),
    candidate: input.modelRef({ doc: 'The candidate.' }),
    onInconclusive: input.choice(['fail', 'warn'], { doc: 'What then.', default: 'fail' }),
    timeout: input.duration({ doc: 'How long.', default: '30m' }),
    predict: input.command({ doc: 'The command.' }),
    image: input.digest({ doc: 'An image.' }),
    hook: input.url({ doc: 'An address.', required: true }),
  },
  rules: [{ require: 'predict', when: { onInconclusive: 'warn' } }],
  outputs: {
    verdict: gives.choice(['pass', 'fail'], { doc: 'The verdict.' }),
    needed: gives.number({ doc: 'Rows.', sometimes: true }),
  },
})

test('a required input and one with a default are always set; the others may be undefined', () => {
  type Seen = InputsOf<typeof definition>

  expectTypeOf<Seen['model']>().toEqualTypeOf<string>()
  expectTypeOf<Seen['candidate']>().toEqualTypeOf<ModelReference | undefined>()
  expectTypeOf<Seen['onInconclusive']>().toEqualTypeOf<'fail' | 'warn'>()
  expectTypeOf<Seen['timeout']>().toEqualTypeOf<number>()
  expectTypeOf<Seen['predict']>().toEqualTypeOf<readonly string[] | undefined>()
  expectTypeOf<Seen['image']>().toEqualTypeOf<Digest | undefined>()
  expectTypeOf<Seen['hook']>().toEqualTypeOf<URL>()
  expectTypeOf<Seen['dryRun']>().toEqualTypeOf<boolean>()
})

test('outputs that are set sometimes are optional, the others are not', () => {
  type Given = OutputsOf<typeof definition>

  expectTypeOf<{ verdict: 'pass' }>().toExtend<Given>()
  expectTypeOf<{ verdict: 'pass'; needed: 3 }>().toExtend<Given>()
  expectTypeOf<{ needed: 3 }>().not.toExtend<Given>()
  expectTypeOf<{ verdict: 'perhaps' }>().not.toExtend<Given>()
})
