import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type IdentityIssuer, pushToMain, startIdentityIssuer } from '../support/identity-issuer.ts'
import { Bench, failureOf, inCi, register, said } from './bench.ts'

let issuer: IdentityIssuer
let bench: Bench

const project = (identity: string, issuers = issuer.url) =>
  ['version: 1', 'workspace:', '  url: ../workspace', `  identity: ${identity}`, `  issuers: [${issuers}]`, ''].join(
    '\n',
  )
const job = { context: { ...inCi('job'), repository: 'acme/models' } }
const inputs = { model: 'flights', files: 'm' }

beforeEach(async () => {
  issuer = await startIdentityIssuer()
  bench = await Bench.make({ 'trainyard.yml': project('verify'), m: 'bytes' })
})
afterEach(async () => {
  await bench[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

const withToken = (token: string) => bench.run(register, inputs, { ...job, idTokens: { trainyard: token } })

describe('who acts', () => {
  test('is verified by the token of the CI system, and remembered by issuer and subject; the token is not', async () => {
    const token = await issuer.token()
    const host = await withToken(token)

    expect(failureOf(host)).toBe('')
    const identity = { issuer: issuer.url, subject: pushToMain.sub, isVerified: true }
    const [entry] = await bench.entries()
    expect(entry).toMatchObject({ by: 'ada', identity })
    const version = await bench.look(({ models }) => models.version('flights', 1))
    expect(version.by).toMatchObject({ name: 'ada', repository: 'acme/models', identity })
    for (const file of readdirSync(bench.url, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()))
      expect(readFileSync(join(file.parentPath, file.name), 'utf8')).not.toContain(token.split('.')[2])
    expect(host.text).not.toContain(token)
  })

  test.for([
    [
      'was signed by a key that its issuer does not publish',
      {},
      { key: 'other' as const },
      /signature verification failed/,
    ],
    ['is expired', {}, { expiresInSeconds: -600 }, /exp.*timestamp check failed/],
    ['is meant for somebody else', {}, { audience: 'sts.example.com' }, /aud/],
    ['is about another repository', { repository: 'evil/models' }, {}, /about the repository evil\/models/],
    ['is about another person', { actor: 'eve' }, {}, /about the actor eve, and the environment says ada/],
    [
      'is of an issuer that nobody trusts',
      {},
      { issuer: 'https://issuer.example' },
      /issuer\.example is none that is trusted/,
    ],
    [
      'is of an issuer without TLS',
      {},
      { issuer: 'http://issuer.example' },
      /names no issuer that can be asked over TLS/,
    ],
  ] as const)('is not taken from a token that %s', async ([, claims, options, words]) => {
    const host = await withToken(await issuer.token({ ...pushToMain, ...claims }, options))

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/^TY0218/)
    expect(failureOf(host)).toMatch(words)
    expect(await bench.entries()).toEqual([])
  })

  test('is not taken from what is no token', async () => {
    expect(failureOf(await withToken('nonsense'))).toMatch(/TY0218[^]*cannot be read/)
  })

  test('is recorded without, and with a warning, where the job has none and need not', async () => {
    const host = await bench.run(register, inputs, job)

    expect(host.ended?.exitCode).toBe(0)
    expect(said(host, 'warning')).toContain('Who acts is not verified')
    expect((await bench.entries())[0]?.identity).toBeUndefined()
  })

  test('is demanded where the project file requires it: on a laptop, too', async () => {
    await bench.write({ 'trainyard.yml': project('required') })
    const host = await bench.run(register, inputs)

    expect(host.ended?.exitCode).toBe(2)
    expect(failureOf(host)).toMatch(/TY0218[^]*there is none, and trainyard\.yml requires one/)
    expect(await bench.entries()).toEqual([])
  })

  test('is not asked for by a dry run, which records nothing', async () => {
    await bench.write({ 'trainyard.yml': project('required') })
    expect((await bench.run(register, { ...inputs, dryRun: 'true' })).ended?.exitCode).toBe(0)
  })
})
