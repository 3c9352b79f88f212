import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { resolveInputs } from '../../core/main/inputs.ts'
import { loadProject, type Project } from '../../core/project/project.ts'
import { defineStep } from '../../core/step/define-step.ts'
import * as input from '../../core/step/input.ts'
import { memoryHost } from '../support/memory-host.ts'

const definition = defineStep({
  id: 'example',
  title: 'Show it',
  doc: 'An example.',
  branding: { icon: 'check', color: 'green' },
  permissions: {},
  workspace: 'read',
  inputs: {
    model: input.name({ doc: 'The model.', required: true }),
    command: input.command({ doc: 'The command.', required: true, project: 'train' }),
    timeout: input.duration({ doc: 'How long.', default: '30m', project: 'timeout' }),
    tags: input.keyValues({ doc: 'Tags.' }),
    depth: input.integer({ doc: 'How deep.', min: 1, was: ['levels'] }),
    password: input.secret({ doc: 'A secret.' }),
  },
  outputs: {},
})

const twoModels = `version: 1
models:
  flights:
    train: [python, train.py, --lr, 3.10]
    timeout: 2h
  trains:
    folder: trains
    train: python train.py
`

async function projectOf(content: string): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'inputs-'))
  await writeFile(join(folder, 'trainyard.yml'), content)
  const loaded = await loadProject({ folder })
  if (!loaded.ok) throw new Error(JSON.stringify(loaded))
  return loaded.value
}

describe('the layers', () => {
  test('an input beats the environment, which beats the file, which beats the default', async () => {
    const project = await projectOf(twoModels)
    const model = { model: 'flights' }
    const env = { TRAINYARD_INPUT_TIMEOUT: '3h' }

    const all = await resolveInputs(definition, memoryHost({ inputs: { ...model, timeout: '4h' }, env }), project)
    const noInput = await resolveInputs(definition, memoryHost({ inputs: model, env }), project)
    const onlyFile = await resolveInputs(definition, memoryHost({ inputs: model }), project)
    const onlyDefault = await resolveInputs(definition, memoryHost({ inputs: { model: 'trains' } }), project)

    const hours = [all, noInput, onlyFile, onlyDefault].map(({ values }) => Number(values['timeout']) / 3_600_000)
    expect(hours).toEqual([4, 3, 2, 0.5])
  })

  test('numbers in the file keep their text', async () => {
    const { values } = await resolveInputs(
      definition,
      memoryHost({ inputs: { model: 'flights' } }),
      await projectOf(twoModels),
    )

    expect(values['command']).toEqual(['python', 'train.py', '--lr', '3.10'])
  })

  test('the only model of a repository need not be named', async () => {
    const project = await projectOf('version: 1\nmodels:\n  flights:\n    train: python train.py\n')

    const { values, faults } = await resolveInputs(definition, memoryHost({ inputs: {} }), project)

    expect(faults).toEqual([])
    expect(values['model']).toBe('flights')
  })

  test('an earlier name is accepted with a warning', async () => {
    const host = memoryHost({ inputs: { model: 'flights', levels: '4' } })

    const { values, warnings } = await resolveInputs(definition, host, await projectOf(twoModels))

    expect(values['depth']).toBe(4)
    expect(warnings).toHaveLength(1)
  })
})

describe('faults', () => {
  test('come all at once, each with its value, its source, its rule and an example', async () => {
    const project = await projectOf(
      'version: 1\nmodels:\n  flights:\n    train: []\n    timeout: soon\n'.replace('[]', '"\'"'),
    )
    const host = memoryHost({ inputs: { model: 'flights', depth: 'deep', tags: 'a' } })

    const { faults } = await resolveInputs(definition, host, project)

    expect(faults.map(({ value, source }) => [value, source.kind])).toEqual([
      ["'", 'file'],
      ['soon', 'file'],
      ['a', 'input'],
      ['deep', 'input'],
    ])
    expect(faults[1]).toMatchObject({
      source: { file: 'trainyard.yml', line: 5, column: 5 },
      problem: 'is not a duration',
      rule: 'a duration with its unit (ms, s, m, h or d)',
      example: '10m',
    })
  })

  test.each([
    ['flights', ''],
    ['boats', '; trainyard.yml has no model boats, but flights'],
  ])(
    'a missing input says which key of the file could supply it, and whether %s is a model of it',
    async (model, more) => {
      const project = await projectOf('version: 1\nmodels:\n  flights:\n    timeout: 2h\n')

      const { faults } = await resolveInputs(definition, memoryHost({ inputs: { model } }), project)

      expect(faults).toHaveLength(1)
      expect(faults[0]?.problem).toBe(`is missing (or the key train in trainyard.yml)${more}`)
    },
  )

  test('never show a secret, and secrets are no part of what names the request', async () => {
    const host = memoryHost({ inputs: { model: 'flights', password: 'hunter22' } })

    const resolved = await resolveInputs(definition, host, await projectOf(twoModels))

    expect(resolved.values['password']).toBe('hunter22')
    expect(JSON.stringify([resolved.faults, [...resolved.texts]])).not.toContain('hunter22')
  })
})
