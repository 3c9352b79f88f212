import { describe, expect, test } from 'vitest'
import { match, matchAge, matchTags } from '../../core/delivery/match.ts'
import { triggerShape } from '../../core/project/triggers.ts'
import { anEvent } from './an-event.ts'

const home = { repository: 'acme/flights', defaultBranch: 'main' }

function aRule(parts: object) {
  return triggerShape.parse({ name: 'release', fire: { workflow: { file: 'release.yml' } }, ...parts })
}

describe('trust follows the ref', () => {
  test('an event of the default branch fires', () => {
    expect(match(aRule({}), anEvent(), home)).toEqual({ kind: 'match' })
  })

  test.each([
    ['refs/heads/feature', 'it came from feature, and the rule fires for the default branch main'],
    ['refs/heads/main/sub', 'it came from main/sub, and the rule fires for the default branch main'],
    ['refs/pull/12/merge', 'it came from refs/pull/12/merge, and the rule fires for the default branch main'],
    ['refs/tags/main', 'it came from refs/tags/main, and the rule fires for the default branch main'],
    [null, 'it came from no branch, and the rule fires for the default branch main'],
  ])('an event of %s does not', (ref, why) => {
    expect(match(aRule({}), anEvent({ ref }), home)).toEqual({ kind: 'no', why })
  })

  test('a default branch is a name and no pattern', () => {
    const odd = { ...home, defaultBranch: '*' }

    expect(match(aRule({}), anEvent({ ref: 'refs/heads/feature' }), odd).kind).toBe('no')
    expect(match(aRule({}), anEvent({ ref: 'refs/heads/*' }), odd).kind).toBe('match')
  })

  test('a rule that names refs means those and not the default branch', () => {
    const rule = aRule({ refs: ['release/*', 'refs/tags/v*'] })

    expect(match(rule, anEvent({ ref: 'refs/heads/release/7' }), home).kind).toBe('match')
    expect(match(rule, anEvent({ ref: 'refs/tags/v7' }), home).kind).toBe('match')
    expect(match(rule, anEvent(), home)).toEqual({
      kind: 'no',
      why: 'it came from main, and the rule fires for release/*, refs/tags/v*',
    })
  })

  test('an event without a ref fires for no pattern either', () => {
    expect(match(aRule({ refs: ['**'] }), anEvent({ ref: null }), home).kind).toBe('no')
  })

  test('where no default branch is known, nothing is the default branch', () => {
    expect(match(aRule({}), anEvent(), { ...home, defaultBranch: undefined }).kind).toBe('no')
  })
})

describe('what a rule is about', () => {
  test('a rule means one kind of event', () => {
    expect(match(aRule({}), anEvent({ type: 'model.promoted' }), home)).toEqual({
      kind: 'no',
      why: 'it is model.promoted, and the rule is on model.registered',
    })
    expect(match(aRule({ on: 'run.completed' }), anEvent({ type: 'run.completed' }), home).kind).toBe('match')
  })

  test('a rule means the models that it names', () => {
    expect(match(aRule({ model: 'flights' }), anEvent(), home).kind).toBe('match')
    expect(match(aRule({ model: ['trains', 'flights'] }), anEvent(), home).kind).toBe('match')
    expect(match(aRule({ model: 'flight' }), anEvent(), home)).toEqual({
      kind: 'no',
      why: 'the rule is not for the model flights',
    })
  })

  test('a rule that names no model leaves the models of other repositories in a shared workspace alone', () => {
    const foreign = anEvent({ data: { repository: 'acme/other' } })

    expect(match(aRule({}), foreign, home).kind).toBe('no')
    expect(match(aRule({ model: 'flights' }), foreign, home).kind).toBe('match')
  })

  test.each([
    ['https://github.com/Acme/flights.git', 'acme/flights'],
    ['git@github.com:acme/flights.git', 'acme/flights'],
    ['/srv/git/acme/flights.git', '/srv/git/acme/flights.git'],
  ])('%s and %s are one repository', (repository, here) => {
    expect(match(aRule({}), anEvent({ data: { repository } }), { ...home, repository: here }).kind).toBe('match')
  })
})

describe('tags', () => {
  test('a version has all tags of the rule, or the rule does not mean it', () => {
    const rule = aRule({ tags: { Stage: 'candidate', Team: 'ops' } })

    expect(matchTags(rule, { Stage: 'candidate', Team: 'ops', More: 'x' }).kind).toBe('match')
    expect(matchTags(rule, { Stage: 'candidate' })).toEqual({ kind: 'no', why: 'the version has no tag Team=ops' })
    expect(matchTags(rule, { Stage: 'Candidate', Team: 'ops' }).kind).toBe('no')
  })

  test('what every object inherits is no tag', () => {
    const rule = aRule({ tags: { constructor: String(Object) } })

    expect(matchTags(rule, {}).kind).toBe('no')
  })
})

describe('age', () => {
  const now = new Date('2026-11-22T12:00:00Z')

  test.each([
    [undefined, '2026-11-15T12:00:01Z', 'match'],
    [undefined, '2026-11-15T11:59:59Z', 'no'],
    ['30m', '2026-11-22T11:31:00Z', 'match'],
    ['30m', '2026-11-22T11:29:00Z', 'no'],
    ['2h', '2026-11-22T09:59:00Z', 'no'],
    ['2h', '2026-11-22T12:05:00Z', 'match'],
  ])('with within %s, an event of %s: %s', (within, time, kind) => {
    expect(matchAge(aRule(within === undefined ? {} : { within }), anEvent({ time }), now).kind).toBe(kind)
  })
})
