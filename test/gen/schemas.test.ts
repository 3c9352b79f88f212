import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { fileSchemas, inputsSchema } from '../../core/gen/schemas.ts'
import { loadSteps } from '../../core/gen/steps.ts'
import { root } from '../../scripts/lib/sources.mjs'
import { about, sample } from './sample.ts'

const steps = await loadSteps(root)
const schemas = fileSchemas(about)
const compile = (text: string | undefined) => {
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats.default(ajv)
  return ajv.compile(z.record(z.string(), z.unknown()).parse(JSON.parse(text ?? '')))
}

describe('the schema of trainyard.yml', () => {
  const isValid = compile(schemas.get('schemas/trainyard.schema.json'))

  test.each([
    ['the smallest file', 'version: 1'],
    ['a whole file', 'version: 1\nworkspace: "git:"\nmodels: { flights: { train: [python, t.py, 3], path: [m/**] } }'],
    ['consent', 'version: 1\nworkspace: { url: "git:", publicFiles: true }'],
  ])('accepts %s', (_, yaml) => {
    expect(isValid(parse(yaml)), JSON.stringify(isValid.errors)).toBe(true)
  })

  test.each([
    ['a file without a version', 'models: {}'],
    ['a misspelt key', 'version: 1\nmodel: {}'],
    ['a misspelt key of a model', 'version: 1\nmodels: { flights: { trian: x } }'],
    ['a model with an impossible name', 'version: 1\nmodels: { "7 flights": {} }'],
  ])('refuses %s', (_, yaml) => {
    expect(isValid(parse(yaml))).toBe(false)
  })
})

describe('the schema of criteria', () => {
  const isValid = compile(schemas.get('schemas/criteria.schema.json'))
  const data = 'data: { file: a.csv, id: id, label: late }'

  test('accepts a file that leaves out what has a default', () => {
    const yaml = `version: 1\n${data}\ncriteria: [{ metric: logLoss, absolute: { max: 0.4 } }]`

    expect(isValid(parse(yaml)), JSON.stringify(isValid.errors)).toBe(true)
  })

  test.each([
    ['no criterion', `version: 1\n${data}\ncriteria: []`],
    ['an unknown metric', `version: 1\n${data}\ncriteria: [{ metric: beauty, absolute: { max: 1 } }]`],
  ])('refuses %s', (_, yaml) => {
    expect(isValid(parse(yaml))).toBe(false)
  })
})

describe('the schema of a step’s inputs', () => {
  const isValid = compile(inputsSchema(sample, about))

  test.each([
    ['GitHub’s names, values as YAML types', { candidate: 'm@1', 'batch-size': 10, loud: true }],
    ['values as texts', { candidate: 'm@1', 'batch-size': '10', loud: 'TRUE', load: '1.5' }],
    ['Azure’s names', { candidate: 'm@1', batchSize: 10 }],
    ['expressions of the hosts', { candidate: '${{ steps.a.outputs.b }}', 'batch-size': '${{ inputs.n }}' }],
    ['an expression of the agent', { candidate: '$(train.candidate)', batchSize: '$(size)' }],
    ['an earlier name', { candidate: 'm@1', challenger: 'm@2' }],
  ])('accepts %s', (_, inputs) => {
    expect(isValid(inputs), JSON.stringify(isValid.errors)).toBe(true)
  })

  test.each([
    ['a missing required input', {}],
    ['a name that does not exist', { candidate: 'm@1', size: 1 }],
    ['the spellings of both hosts at once', { candidate: 'm@1', 'batch-size': 1, signingKey: 'x' }],
    ['a number out of range', { candidate: 'm@1', 'batch-size': 101 }],
    ['a word that is no choice', { candidate: 'm@1', mode: 'slow' }],
    ['a text that is no reference', { candidate: 'model 1' }],
  ])('refuses %s', (_, inputs) => {
    expect(isValid(inputs)).toBe(false)
  })
})

test.each(steps.map((step) => [step.id, step] as const))('the schema of the inputs of %s compiles', (_, step) => {
  expect(compile(inputsSchema(step, about))({})).toBeTypeOf('boolean')
})
