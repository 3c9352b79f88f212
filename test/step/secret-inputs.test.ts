import { expect, test } from 'vitest'
import { secret, text } from '../../core/step/input.ts'
import { secretInputs } from '../../core/step/secret-inputs.ts'

test('every name under which a secret may come is known before anything is printed', () => {
  const inputs = { token: secret({ doc: 'A token.', was: ['pat'] }), model: text({ doc: 'No secret.' }) }

  expect(secretInputs({ inputs })).toEqual(['token', 'pat'])
})
