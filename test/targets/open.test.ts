import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultStateFolder, demandOutlives } from '../../core/targets/open.ts'
import { memoryHost } from '../support/memory-host.ts'

test.each([
  ['a laptop', { isCi: false }, {}, '/checkout/.trainyard/serving'],
  [
    'a self-hosted runner',
    { isCi: true, repository: 'acme/kettles' },
    { HOME: '/home/runner' },
    '/home/runner/.trainyard/serving/acme-kettles',
  ],
  [
    'a runner that says no repository',
    { isCi: true },
    { HOME: '/home/runner' },
    '/home/runner/.trainyard/serving/local',
  ],
  [
    'a repository that would climb',
    { isCi: true, repository: '../x/../y' },
    { HOME: '/h' },
    '/h/.trainyard/serving/..-x-..-y',
  ],
])('endpoints are remembered by default, on %s', (_, context, env, folder) => {
  expect(defaultStateFolder(memoryHost({ context: { folder: '/checkout', ...context }, env }))).toBe(join(folder))
})

test('nothing is deployed on a runner that is thrown away', () => {
  expect(() => demandOutlives({ isThrowAway: true, folder: '/work' })).toThrow(/TY0214/)
  expect(() => demandOutlives({ isThrowAway: false, folder: '/work' })).not.toThrow()
})
