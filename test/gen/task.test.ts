import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { loadSteps } from '../../core/gen/steps.ts'
import { taskId, taskJson } from '../../core/gen/task.ts'
import { taskShape } from '../../core/gen/task-shape.ts'
import { defineStep } from '../../core/step/define-step.ts'
import { connection, text } from '../../core/step/input.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { about, sample } from './sample.ts'

const task = taskShape.parse(JSON.parse(taskJson(sample, about)))
const input = (name: string) => task.inputs.find((one) => one.name === name)
const steps = await loadSteps(root)

describe('the manifest of a task', () => {
  test('is named after the step, with the version of the project', () => {
    expect(task).toMatchObject({
      name: 'TrainyardWeighTwice',
      friendlyName: 'Weigh a model twice',
      description: 'Weighs one model: twice, see the docs.',
      author: 'The weighers',
      version: { Major: 3, Minor: 4, Patch: 5 },
      helpUrl: 'https://github.com/weighers/scales/blob/v3.4.5/docs/reference/weigh-twice.md',
      instanceNameFormat: 'Weigh a model twice: $(model)',
    })
  })

  test('starts the same file on Node 20 and on Node 24, and its post entry too', () => {
    const [main, post] = [{ target: 'dist/main.mjs' }, { target: 'dist/post.mjs' }]

    expect(task.execution).toEqual({ Node20_1: main, Node24: main })
    expect(task.postjobexecution).toEqual({ Node20_1: post, Node24: post })
  })

  test.each([
    ['model', 'string'],
    ['candidate', 'string'],
    ['batchSize', 'string'],
    ['file', 'string'],
    ['signingKey', 'string'],
    ['command', 'multiLine'],
    ['tags', 'multiLine'],
    ['mode', 'pickList'],
    ['loud', 'boolean'],
    ['azureDevops', 'connectedService:externaltfs'],
  ])('has for %s the control %s', (name, type) => {
    expect(input(name)?.type).toBe(type)
  })

  test('lists choices, and lets a variable stand in their place', () => {
    expect(input('mode')).toMatchObject({
      options: { full: 'full', quick: 'quick' },
      properties: { EditableOptions: 'True' },
    })
  })

  test('shows a flag that is on by default as a list: an empty box would switch it off', () => {
    expect(input('keep')).toMatchObject({ type: 'pickList', options: { true: 'true', false: 'false' } })
  })

  test('demands only what neither trainyard.yml nor the host can supply', () => {
    expect(task.inputs.filter(({ required }) => required).map(({ name }) => name)).toEqual(['candidate'])
  })

  test('has a default only for expressions of the agent', () => {
    const defaults = task.inputs.flatMap(({ name, defaultValue }) => (defaultValue === undefined ? [] : [name]))

    expect(defaults).toEqual(['token'])
    expect(input('token')?.defaultValue).toBe('$(System.AccessToken)')
  })

  test('keeps an earlier name of an input', () => {
    expect(input('candidate')?.aliases).toEqual(['challenger'])
  })

  test('says how to give a secret', () => {
    expect(input('signingKey')?.helpMarkDown).toBe(
      'The key. Give a secret variable, `$(name)`; never the secret itself.',
    )
  })

  test('puts inputs into groups that have a name', () => {
    expect(task.groups).toEqual([
      { name: 'moreThings', displayName: 'More things', isExpanded: false },
      { name: 'workspace', displayName: 'Workspace', isExpanded: false },
    ])
    expect(input('tags')?.groupName).toBe('moreThings')
  })

  test('shows an input when a rule asks for it', () => {
    expect(input('load')?.visibleRule).toBe('scale = lorry')
    expect(input('note')?.visibleRule).toBe('scale = kitchen && loud = true')
  })

  test('always shows an input whose condition the form cannot see: a default, or any value at all', () => {
    expect(input('tags')?.visibleRule).toBeUndefined()
    expect(input('signingKey')?.visibleRule).toBeUndefined()
  })

  test('lists the outputs', () => {
    expect(task.outputVariables).toEqual([
      { name: 'weight', description: 'The weight.' },
      { name: 'verdict', description: 'The verdict. One of light, heavy. Not always set.' },
    ])
  })
})

describe('a manifest is not made', () => {
  const simple = { doc: 'A step.', branding: { icon: 'x', color: 'red' }, permissions: {}, workspace: 'read' } as const

  test('with a title that the catalogue would cut', () => {
    const title = 'Weigh a model that is very heavy, and then again'
    const step = defineStep({ ...simple, id: 'weigh', title, inputs: {}, outputs: {} })

    expect(() => taskJson(step, about)).toThrow('friendlyName')
  })

  test('with a connection of which nobody said what it connects to', () => {
    const inputs = { scales: connection({ doc: 'The scales.' }) }
    const step = defineStep({ ...simple, id: 'weigh', title: 'Weigh', inputs, outputs: {} })

    expect(() => taskJson(step, about)).toThrow('no type of service connection for scales')
  })
})

test('conditions of several rules are joined by || when each is a single one, and else left out', () => {
  const rules = [
    { require: 'c', when: { a: '1' } },
    { require: 'c', when: { b: '2' } },
    { require: 'd', when: { a: '1', b: '2' } },
    { require: 'd', when: { b: '3' } },
  ] as const
  const names = { a: text({ doc: 'A.' }), b: text({ doc: 'B.' }), c: text({ doc: 'C.' }), d: text({ doc: 'D.' }) }
  const step = defineStep({
    id: 'join',
    title: 'Join',
    doc: 'Joins.',
    branding: { icon: 'x', color: 'red' },
    permissions: {},
    workspace: 'read',
    inputs: names,
    rules,
    outputs: {},
  })
  const { inputs } = taskShape.parse(JSON.parse(taskJson(step, about)))

  expect(inputs.find(({ name }) => name === 'c')?.visibleRule).toBe('a = 1 || b = 2')
  expect(inputs.find(({ name }) => name === 'd')?.visibleRule).toBeUndefined()
})

/** Pipelines know a task by its id: these never change. A new step adds a line. */
const ids: Record<string, string> = {
  'compare-and-gate': 'c331ae6a-cb4c-5363-b894-b305ebba0d75',
  'deploy-canary': 'bf5d20e8-2738-5097-b156-8ff9cdb5147f',
  fetch: '0a09121e-e293-5a1c-af38-103acac89a80',
  package: '7ddf216a-efec-597a-98ba-a9ca693ae83c',
  profile: '78e7be60-569e-5219-bb9d-b4e4ff0586ae',
  promote: '0ca064d7-326b-5239-b782-dfb2d53e836c',
  register: '059a47b2-22ae-5e84-8bac-1853689e9906',
  'register-dataset': '7c53d7a2-51e8-57ee-be15-2802a981852b',
  rollback: 'c7567869-41e4-5268-994d-52665df58fed',
  train: 'a70888a1-b8fd-5e61-8b0d-dcaa48ebcdf8',
  trigger: 'ad16ca8b-c4b6-540c-a51e-7353b05d6b8a',
}

test('the id of every task is what it always was', () => {
  expect(Object.fromEntries(steps.map(({ id }) => [id, taskId(id)]))).toEqual(ids)
})

test('every step has a manifest that our schema accepts', () => {
  expect(steps.length).toBeGreaterThan(0)
  for (const step of steps) expect(taskShape.safeParse(JSON.parse(taskJson(step, about))).error).toBeUndefined()
})

describe('our schema refuses', () => {
  type Broken = Record<string, unknown>
  const broken: readonly (readonly [string, (task: Broken) => Broken])[] = [
    ['a task without id', (all) => ({ ...all, id: undefined })],
    ['an unknown key', (all) => ({ ...all, demands: [] })],
    ['an id that is no UUID', (all) => ({ ...all, id: 'train' })],
    ['a version in one text', (all) => ({ ...all, version: '1.0.0' })],
    ['only one of the two runtimes', (all) => ({ ...all, execution: { Node24: { target: 'dist/main.mjs' } } })],
    ['a target outside dist', (all) => ({ ...all, execution: bothAt('../main.mjs') })],
    ['no inputs', (all) => ({ ...all, inputs: [] })],
    ['filePath, which an empty text turns into the repository', (all) => change(all, 'file', { type: 'filePath' })],
    ['a default that would beat trainyard.yml', (all) => change(all, 'mode', { defaultValue: 'full' })],
    ['a pick list without options', (all) => change(all, 'mode', { options: undefined })],
    ['options of a plain text', (all) => change(all, 'file', { options: { a: 'a' } })],
    ['a group that does not exist', (all) => change(all, 'file', { groupName: 'nowhere' })],
    ['two inputs of one name', (all) => change(all, 'file', { name: 'Folder' })],
    ['an alias that is another input', (all) => change(all, 'candidate', { aliases: ['file'] })],
    ['parentheses in a visibleRule', (all) => change(all, 'load', { visibleRule: '(scale = lorry)' })],
    [
      '&& beside || in a visibleRule',
      (all) => change(all, 'load', { visibleRule: 'mode = a && mode = b || mode = c' }),
    ],
    ['a visibleRule about no input', (all) => change(all, 'load', { visibleRule: 'scales = lorry' })],
  ]

  test.each(broken)('%s', (_, breakIt) => {
    const whole = z.record(z.string(), z.unknown()).parse(JSON.parse(taskJson(sample, about)))

    expect(taskShape.safeParse(breakIt(whole)).success).toBe(false)
    expect(taskShape.safeParse(whole).success).toBe(true)
  })

  function bothAt(target: string): Broken {
    return { Node20_1: { target }, Node24: { target } }
  }

  function change(all: Broken, name: string, changes: Broken): Broken {
    const inputs = z.array(z.record(z.string(), z.unknown())).parse(all['inputs'])
    return { ...all, inputs: inputs.map((one) => (one['name'] === name ? { ...one, ...changes } : one)) }
  }
})
