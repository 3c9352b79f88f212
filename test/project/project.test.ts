import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadProject } from '../../core/project/project.ts'

async function load(content: string) {
  const folder = await mkdtemp(join(tmpdir(), 'project-'))
  await writeFile(join(folder, 'trainyard.yml'), content)
  return { folder, loaded: await loadProject({ folder }) }
}

test('a repository without a project file is an empty project', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'project-'))

  expect(await loadProject({ folder })).toMatchObject({ ok: true, value: { file: undefined, models: [] } })
})

test('a named project file that is missing is a problem', async () => {
  expect(await loadProject({ folder: tmpdir(), file: join(tmpdir(), 'no-such.yml') })).toEqual({
    ok: false,
    problem: 'does not exist',
  })
})

test('a model without a folder lives beside the project file, others in theirs', async () => {
  const { folder, loaded } = await load('version: 1\nmodels:\n  a: {}\n  b: { folder: models/b }\n')

  expect(loaded.ok && loaded.value.folderOf('a')).toBe(folder)
  expect(loaded.ok && loaded.value.folderOf('b')).toBe(join(folder, 'models/b'))
})

test('unknown keys, wrong values and repeated keys are faults at their lines', async () => {
  const { loaded } = await load('version: 2\nmodels:\n  a:\n    trian: x\n  9b: {}\n')

  expect(loaded).toMatchObject({
    ok: false,
    faults: [
      { subject: 'version', source: { file: 'trainyard.yml', line: 1 } },
      { subject: 'models.a.trian', source: { line: 4, column: 5 }, problem: 'is not a known key' },
      { subject: 'models.9b', source: { line: 5, column: 3 } },
    ],
  })
})

test.each(['../elsewhere', '/etc', 'a/../../b'])(
  'a model folder that leaves the repository is refused: %s',
  async (path) => {
    const { loaded } = await load(`version: 1\nmodels:\n  a:\n    folder: ${path}\n`)

    expect(loaded).toMatchObject({
      ok: false,
      faults: [{ subject: 'models.a.folder', problem: 'leaves the repository' }],
    })
  },
)
