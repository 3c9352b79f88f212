import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fill, payloadOf, referenceOf, usualValues } from '../../core/delivery/payload.ts'
import { isPlaceholder, placeholders } from '../../core/project/triggers.ts'
import { anEvent } from './an-event.ts'

const whole = anEvent({
  data: { run: 'r-9', digest: 'sha256:00', commit: 'c0ffee' },
})

describe('placeholders', () => {
  test('every placeholder has its value', () => {
    const values = Object.fromEntries(placeholders.map((one) => [one, one]))

    expect(fill(values, whole)).toEqual({
      '{model}': 'flights',
      '{version}': '3',
      '{reference}': 'flights@3',
      '{run}': 'r-9',
      '{digest}': 'sha256:00',
      '{event}': 'flights-3-0a1b2c3d4e5f',
      '{ref}': 'refs/heads/main',
      '{commit}': 'c0ffee',
      '{repository}': 'acme/flights',
    })
  })

  test('what the event does not say is an empty text', () => {
    expect(fill({ run: '{run}', ref: '{ref}' }, anEvent({ ref: null }))).toEqual({ run: '', ref: '' })
  })

  test('what an event says is never filled in again, and never becomes part of another text', () => {
    const event = anEvent({ ref: '{version}', data: { model: '{event}', commit: '${{ secrets.TOKEN }}' } })

    expect(fill({ a: '{ref}', b: '{model}', c: '{commit}', d: 'literal' }, event)).toEqual({
      a: '{version}',
      b: '{event}',
      c: '${{ secrets.TOKEN }}',
      d: 'literal',
    })
  })

  test('whatever an event says arrives as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (ref) => {
        expect(fill({ ref: '{ref}' }, anEvent({ ref }))).toEqual({ ref })
      }),
    )
  })

  test('numbers and flags of a rule become texts', () => {
    expect(fill({ count: 3, dry: true }, whole)).toEqual({ count: '3', dry: 'true' })
  })

  test('a rule without values sends what the release pipeline calls candidate', () => {
    expect(fill(usualValues(), whole)).toEqual({ candidate: 'flights@3' })
    expect(fill(usualValues(), anEvent({ type: 'run.completed' }))).toEqual({ candidate: 'run:r-1' })
  })

  test('only the whole text is a placeholder', () => {
    expect(isPlaceholder('{model}')).toBe(true)
    expect(isPlaceholder(' {model}')).toBe(false)
    expect(isPlaceholder('{constructor}')).toBe(false)
  })
})

describe('the payload', () => {
  test('has at most ten keys, and the model by its name', () => {
    const payload = payloadOf(whole, 'git:')

    expect(payload).toEqual({
      event: 'model.registered',
      eventId: whole.id,
      time: whole.time,
      model: { name: 'flights', version: '3', digest: 'sha256:00' },
      run: 'r-9',
      ref: 'refs/heads/main',
      repository: 'acme/flights',
      commit: 'c0ffee',
      workspace: 'git:',
    })
    expect(Object.keys(payload).length).toBeLessThanOrEqual(10)
  })

  test('leaves out what the event does not say', () => {
    const payload = payloadOf(anEvent({ type: 'run.completed', ref: null }), 'git:')

    expect(Object.keys(payload)).toEqual(['event', 'eventId', 'time', 'model', 'run', 'repository', 'workspace'])
    expect(payload.model).toEqual({ name: 'flights' })
  })

  test('an event is about a version, a run or a model', () => {
    expect(referenceOf(whole)).toBe('flights@3')
    expect(referenceOf(anEvent({ type: 'run.completed' }))).toBe('run:r-1')
  })
})
