import { expect, test } from 'vitest'
import { camel, environmentName, kebab, label, taskName, tokenName } from '../../core/step/names.ts'

test('every spelling is derived from the name in code', () => {
  expect(kebab('onInconclusive')).toBe('on-inconclusive')
  expect(camel('on-inconclusive')).toBe('onInconclusive')
  expect(environmentName('onInconclusive')).toBe('TRAINYARD_INPUT_ON_INCONCLUSIVE')
  expect(tokenName('azureDevops')).toBe('TRAINYARD_AZURE_DEVOPS_TOKEN')
  expect(taskName('compare-and-gate')).toBe('TrainyardCompareAndGate')
  expect(label('onInconclusive')).toBe('On inconclusive')
})
