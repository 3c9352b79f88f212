import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { triggerShape, triggersShape } from '../../core/project/triggers.ts'

const fire = { workflow: { file: 'release.yml' } }

function problems(rule: unknown): readonly string[] {
  const result = triggerShape.safeParse(rule)
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('a rule', () => {
  test('needs a name and what it fires; the event is a registration unless said', () => {
    expect(triggerShape.parse({ name: 'release', fire })).toEqual({ name: 'release', on: 'model.registered', fire })
    expect(problems({ fire })).toHaveLength(1)
    expect(problems({ name: 'release' })).toHaveLength(1)
  })

  test('fires exactly one thing', () => {
    const one = 'fire: expected exactly one of workflow, dispatch, pipeline, release, webhook'

    expect(problems({ name: 'release', fire: {} })).toEqual([one])
    expect(problems({ name: 'release', fire: { ...fire, dispatch: {} } })).toEqual([one])
  })

  test.each([
    { dispatch: {} },
    { dispatch: { repository: 'acme/deploy', type: 'go' } },
    { pipeline: { project: 'shop', id: 12, branch: 'main', parameters: { model: '{model}' } } },
    { release: { project: 'shop', definition: 4, artifactAlias: '_flights' } },
    { webhook: { url: 'https://example.com/hook', secretEnv: 'HOOK_SECRET' } },
    { workflow: { file: 'release.yml', repository: 'acme/deploy', ref: 'main', inputs: { dry: true, n: 3 } } },
  ])('may fire %j', (given) => {
    expect(problems({ name: 'release', fire: given })).toEqual([])
  })

  test('a key that nobody knows is a fault', () => {
    expect(problems({ name: 'release', fire, branches: ['main'] })[0]).toContain('branches')
    expect(problems({ name: 'release', fire: { workflow: { file: 'a.yml', input: {} } } })[0]).toContain('input')
  })

  test('a workflow is a file of .github/workflows and nothing else', () => {
    for (const file of ['../release.yml', 'a/b.yml', 'release', 'release.yml?ref=x', ''])
      expect(problems({ name: 'release', fire: { workflow: { file } } })).toHaveLength(1)
  })

  test('a repository is owner/name and nothing else', () => {
    for (const repository of ['flights', 'acme/flights/x', 'https://github.com/acme/flights', 'acme/flights?x'])
      expect(problems({ name: 'release', fire: { dispatch: { repository } } })).toHaveLength(1)
  })
})

describe('placeholders', () => {
  test.each(['{model}', '{reference}', 'plain', 'with {0} braces', '${{ x }}', true, 7])('%s is a value', (value) => {
    expect(problems({ name: 'release', fire: { workflow: { file: 'a.yml', inputs: { value } } } })).toEqual([])
  })

  test.each(['models/{model}', '{model}{version}', '{unknown}', ' {model}'])('%s is refused', (value) => {
    const [problem] = problems({ name: 'release', fire: { workflow: { file: 'a.yml', inputs: { value } } } })

    expect(problem).toContain('fire.workflow.inputs.value: a placeholder stands alone')
  })

  test('a run has no version', () => {
    const inputs = { version: '{version}' }

    expect(problems({ name: 'retrain', on: 'run.completed', fire: { workflow: { file: 'a.yml', inputs } } })).toEqual([
      'fire: the event run.completed has no {version}',
    ])
    expect(problems({ name: 'retrain', on: 'run.completed', tags: { a: 'b' }, fire })).toHaveLength(1)
  })

  test('GitHub takes 25 inputs, one of which is the event', () => {
    const inputs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`i${at}`, 'x']))

    expect(problems({ name: 'release', fire: { workflow: { file: 'a.yml', inputs: inputs(24) } } })).toEqual([])
    expect(problems({ name: 'release', fire: { workflow: { file: 'a.yml', inputs: inputs(25) } } })).toHaveLength(1)
  })
})

describe('webhooks', () => {
  test.each(['https://example.com/x', 'http://127.0.0.1:8080/x', 'http://localhost/x', 'http://[::1]:9/x'])(
    '%s may be posted to',
    (url) => {
      expect(problems({ name: 'hook', fire: { webhook: { url } } })).toEqual([])
    },
  )

  test.each([
    'http://example.com/x',
    'http://localhost.example.com/x',
    'http://127.0.0.1.example.com/x',
    'https://user:secret@example.com/x',
    'ftp://example.com/x',
    'file:///etc/passwd',
    'example.com',
  ])('%s may not', (url) => {
    expect(problems({ name: 'hook', fire: { webhook: { url } } }).length).toBeGreaterThan(0)
  })

  test('plain http may be asked for', () => {
    expect(problems({ name: 'hook', fire: { webhook: { url: 'http://intranet/x', allowHttp: true } } })).toEqual([])
  })
})

describe('all rules', () => {
  test('have different names, since receipts are kept under them', () => {
    const result = triggersShape.safeParse([
      { name: 'release', fire },
      { name: 'other', fire },
      { name: 'release', fire: { dispatch: {} } },
    ])

    expect(result.error?.issues.map(({ path, message }) => [path, message])).toEqual([[[2, 'name'], 'stands twice']])
  })

  test('have a JSON schema', () => {
    const schema = z.toJSONSchema(triggersShape, { io: 'input' })

    expect(schema).toMatchObject({ type: 'array', items: { required: ['name', 'fire'] } })
  })
})
