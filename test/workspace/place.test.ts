import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ConfigError, InputError } from '../../core/errors/errors.ts'
import { render } from '../../core/errors/render.ts'
import { decidePlace, type PlaceContext } from '../../core/workspace/place.ts'
import { scratch } from './places.ts'

let folder = ''
let laptop: PlaceContext
let ci: PlaceContext

beforeEach(() => {
  folder = scratch()
  mkdirSync(join(folder, 'checkout'))
  laptop = { isCi: false, isThrowAway: false, folder: join(folder, 'checkout'), trust: { kind: 'trusted' } }
  ci = { ...laptop, isCi: true }
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function refusal(work: () => unknown): ConfigError | InputError {
  try {
    work()
  } catch (error) {
    if (error instanceof ConfigError || error instanceof InputError) return error
    throw error
  }
  throw new Error('it was not refused')
}

describe('when nobody says where the workspace lives', () => {
  test('a laptop has it in the folder .trainyard of the checkout', () => {
    expect(decidePlace(undefined, laptop)).toEqual({ kind: 'folder', path: join(laptop.folder, '.trainyard') })
  })

  test('CI refuses, with the lines to add, which are YAML and mean a branch', () => {
    const error = refusal(() => decidePlace(undefined, ci))

    expect(error.code).toBe('TY0201')
    const lines = error.details.split('\n').filter((line) => line.startsWith('  '))
    expect(lines).toHaveLength(2)
    expect(parse(lines.join('\n'))).toEqual({ version: 1, workspace: 'git:' })
    expect(render(error, (text) => text).exitCode).toBe(2)
  })
})

describe('a folder in CI', () => {
  test('is refused on a runner that is thrown away', () => {
    const error = refusal(() => decidePlace('/srv/trainyard', { ...ci, isThrowAway: true }))

    expect(error.code).toBe('TY0202')
    expect(error.details).toContain('/srv/trainyard is on a runner that is thrown away')
  })

  test.each(['.', '.trainyard', 'deep/er', 'file:'])('is refused inside the checkout: %s', (path) => {
    const url = path === 'file:' ? `file://${ci.folder}/x` : path

    expect(refusal(() => decidePlace(url, ci)).code).toBe('TY0202')
  })

  test('is refused when a link leads into the checkout', () => {
    symlinkSync(ci.folder, join(folder, 'link'))

    expect(refusal(() => decidePlace(join(folder, 'link', 'workspace'), ci)).code).toBe('TY0202')
  })

  test('is taken outside the checkout on a runner that stays', () => {
    const path = join(folder, 'checkout-and-more')

    expect(decidePlace(path, ci)).toEqual({ kind: 'folder', path })
    expect(decidePlace('../elsewhere', ci)).toEqual({ kind: 'folder', path: join(folder, 'elsewhere') })
  })
})

describe('a branch of a repository', () => {
  test.each([
    ['git:', { remote: undefined, branch: 'trainyard' }],
    ['git:#models', { remote: undefined, branch: 'models' }],
    ['git:https://github.com/acme/models.git', { remote: 'https://github.com/acme/models.git', branch: 'trainyard' }],
    ['git:git@github.com:acme/models.git#a/b', { remote: 'git@github.com:acme/models.git', branch: 'a/b' }],
    ['git:/srv/git/models.git', { remote: '/srv/git/models.git', branch: 'trainyard' }],
    ['git://git.example/models.git', { remote: 'git://git.example/models.git', branch: 'trainyard' }],
  ])('is %s', (url, expected) => {
    expect(decidePlace(url, ci)).toEqual({ kind: 'git', ...expected })
  })

  test('is relative to the checkout when it begins with a dot', () => {
    expect(decidePlace('git:../models.git', laptop)).toMatchObject({ remote: join(folder, 'models.git') })
  })

  test.each(['git:--upload-pack=touch /tmp/x', 'git:#-x', 'git:#a..b', 'git:#a b', 'git:#x.lock', 'git:#'])(
    'is not %s',
    (url) => {
      expect(refusal(() => decidePlace(url, laptop))).toBeInstanceOf(InputError)
    },
  )
})

test('a place of an unknown kind is an input error that shows what there is, and no password', () => {
  const error = refusal(() => decidePlace('azureml://ann:secret@workspaces.example', laptop))

  expect(error).toBeInstanceOf(InputError)
  expect(JSON.stringify(error.faults)).toContain('git:')
  expect(JSON.stringify(error.faults)).not.toContain('secret')
})

describe('an MLflow server', () => {
  test('has a ledger beside it: a laptop’s folder, or what is said', () => {
    expect(decidePlace('mlflow+https://mlflow.example/base/?prefix=acme-', laptop)).toEqual({
      kind: 'mlflow',
      server: 'https://mlflow.example/base',
      prefix: 'acme-',
      ledger: { kind: 'folder', path: join(laptop.folder, '.trainyard') },
    })
    expect(decidePlace('mlflow+http://127.0.0.1:5000', ci, 'git:')).toMatchObject({
      prefix: '',
      ledger: { kind: 'git', branch: 'trainyard' },
    })
  })

  test('needs its ledger to be said in CI: the error shows the lines, without a password', () => {
    const error = refusal(() => decidePlace('mlflow+https://ann:secret@mlflow.example', ci))

    expect(error.code).toBe('TY0201')
    expect(error.details).toContain('  url: "mlflow+https://mlflow.example"\n    ledger: "git:"')
    expect(error.details).not.toContain('secret')
  })

  test.each([
    ['mlflow+https://', undefined],
    ['mlflow+https://x?prefix=-a', undefined],
    ['mlflow+https://x?token=abc', undefined],
    ['mlflow+https://x', 'mlflow+https://y'],
  ])('%s with the ledger %s is refused', (url, ledger) => {
    expect(refusal(() => decidePlace(url, laptop, ledger))).toBeInstanceOf(InputError)
  })
})

describe('an object store', () => {
  test.each([
    ['s3://models', { kind: 's3', bucket: 'models', prefix: '' }],
    ['s3://models/team/trainyard/', { kind: 's3', bucket: 'models', prefix: 'team/trainyard' }],
    [
      's3://models/x?endpoint=http://127.0.0.1:7070&region=eu-west-1',
      { kind: 's3', bucket: 'models', prefix: 'x', endpoint: 'http://127.0.0.1:7070', region: 'eu-west-1' },
    ],
    ['azblob://acme/models/x', { kind: 'azblob', account: 'acme', container: 'models', prefix: 'x' }],
  ])('is read from %s, in CI too', (url, expected) => {
    expect(decidePlace(url, { ...ci, isThrowAway: true })).toMatchObject(expected)
  })

  test.each([
    ['s3://key:secret@models/x', 'holds credentials'],
    ['s3://models/x?sig=secret', 'unknown setting "sig"'],
    ['s3://models/../x', undefined],
    ['s3://A/x', 'names no bucket'],
    ['s3://models/x?endpoint=https://u:secret@h', 'has an endpoint'],
    ['azblob://acme', 'names no container'],
    ['azblob://acme.example.org/models', 'names no storage account'],
  ])('is refused where it is not one: %s', (url, problem) => {
    if (problem === undefined) {
      expect(decidePlace(url, laptop)).toMatchObject({ prefix: 'x' })
      return
    }
    const error = refusal(() => decidePlace(url, laptop))
    expect(error).toMatchObject({ faults: [{ problem: expect.stringContaining(problem) as string }] })
    expect(JSON.stringify('faults' in error ? error.faults : '')).not.toContain('secret@')
  })

  test('at an endpoint that untrusted code names is not shown this job’s credentials', () => {
    const untrusted = { ...ci, trust: { kind: 'untrusted' as const, why: 'a fork' } }

    expect(refusal(() => decidePlace('s3://models/x?endpoint=https://evil.example', untrusted))).toMatchObject({
      faults: [{ problem: expect.stringContaining('not trusted') as string }],
    })
    expect(decidePlace('s3://models/x', untrusted)).toMatchObject({ kind: 's3' })
  })
})
