import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { root } from '../../scripts/lib/sources.mjs'

const folder = mkdtempSync(join(tmpdir(), 'trainyard-count-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.each([
  { statuses: ['passed', 'passed', 'skipped', 'todo'], exitCode: '0', counts: '2 0 2' },
  { statuses: ['passed', 'failed'], exitCode: '1', counts: '1 1 0' },
  { statuses: ['passed'], exitCode: '1', counts: '1 1 0' },
  { statuses: [], exitCode: '0', counts: '0 1 0' },
])('$statuses with exit code $exitCode count as $counts', ({ statuses, exitCode, counts }) => {
  const assertionResults = statuses.map((status, index) => ({ fullName: `test ${index}`, status }))
  writeFileSync(join(folder, 'report.json'), JSON.stringify({ testResults: [{ assertionResults }] }))

  expect(count(join(folder, 'report.json'), exitCode).stdout.trim()).toBe(counts)
})

test('a run that left no report counts as a failure', () => {
  expect(count(join(folder, 'absent.json'), '0').stdout.trim()).toBe('0 1 0')
})

test('every skipped test is named', () => {
  const assertionResults = [{ fullName: 'needs act', status: 'skipped' }]
  writeFileSync(join(folder, 'report.json'), JSON.stringify({ testResults: [{ assertionResults }] }))

  expect(count(join(folder, 'report.json'), '0').stderr).toBe('skipped: needs act\n')
})

function count(report: string, exitCode: string) {
  return spawnSync(process.execPath, [join(root, 'scripts/count-tests.mjs'), report, exitCode], { encoding: 'utf8' })
}
