import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../scripts/lib/sources.mjs'
import { nodes } from '../support/nodes.ts'

test('a bundle can be tried on Node 20.20 and on Node 24, each by the path of its binary', () => {
  const found = nodes()

  expect(found.map(({ name }) => name)).toEqual(['node20', 'node24'])
  expect(found[0]?.version).toMatch(/^20\.(2\d|[3-9]\d)\./)
  expect(found[1]?.version).toMatch(/^24\./)
})

test.runIf(process.platform === 'linux' && process.arch === 'x64')('npm scripts run on Node 24', () => {
  const version = execFileSync(join(root, 'node_modules/.bin/node'), ['--version'], { encoding: 'utf8' })

  expect(version).toMatch(/^v24\./)
})
