import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { findControlGroup } from '../../../core/engines/load/resources/find-group.ts'

const proc = mkdtempSync(join(tmpdir(), 'find-group-'))
afterAll(() => rmSync(proc, { recursive: true, force: true }))

function found(cgroup: string) {
  mkdirSync(join(proc, '7'), { recursive: true })
  writeFileSync(join(proc, '7', 'cgroup'), cgroup)
  return findControlGroup({ pid: 7, name: 'c0ffee', proc, mount: '/mount' })
}

test('of version 2, there is one folder', () => {
  expect(found('0::/system.slice/docker-c0ffee.scope\n')).toEqual({
    kind: 'cgroup-v2',
    folder: join('/mount/system.slice/docker-c0ffee.scope'),
  })
})

test('of version 1, each controller has its own, even where both versions are there', () => {
  expect(found('9:memory:/docker/c0ffee\n4:cpu,cpuacct:/docker/c0ffee\n1:name=systemd:/\n0::/docker/c0ffee\n')).toEqual(
    {
      kind: 'cgroup-v1',
      cpuacct: join('/mount/cpuacct/docker/c0ffee'),
      cpu: join('/mount/cpu/docker/c0ffee'),
      memory: join('/mount/memory/docker/c0ffee'),
    },
  )
})

test('a process of the same number in another group is not taken for it', () => {
  expect(found('0::/user.slice\n')).toBeUndefined()
})

test('where there is no such process, there is no group', () => {
  expect(findControlGroup({ pid: 8, name: 'c0ffee', proc })).toBeUndefined()
})
