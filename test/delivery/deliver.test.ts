import { describe, expect, test } from 'vitest'
import { type Delivery, deliver, type Dispatch } from '../../core/delivery/deliver.ts'
import { failureOf } from '../../core/delivery/report.ts'
import { webhookTarget } from '../../core/delivery/targets/webhook.ts'
import { triggerShape } from '../../core/project/triggers.ts'
import { Receiver } from '../support/receiver.ts'
import { aGithub, release, workflowRoute } from './a-github.ts'
import { Place } from './a-place.ts'

const home = { repository: 'acme/flights', defaultBranch: 'main' }
const dispatches = /\/actions\/workflows\/release\.yml\/dispatches$/

/** A claim of this length is over when the next trigger has waited for it. */
const brief = { claimMs: 400, waitMs: 20_000, settleMs: 1 }

async function trigger(
  place: Place,
  options: Partial<Dispatch> & Pick<Dispatch, 'routes'>,
): Promise<readonly Delivery[]> {
  const workspace = await place.open()
  return deliver({ workspace, home, signal: new AbortController().signal, ...options })
}

function kinds(deliveries: readonly Delivery[]): readonly string[] {
  return deliveries.map(({ outcome }) => outcome.kind)
}

function hookRoute(receiver: Receiver, secret?: string) {
  const rule = triggerShape.parse({ name: 'hook', fire: { webhook: { url: receiver.url } } })
  return { rule, target: webhookTarget('hook', { url: receiver.url, secret, workspace: 'somewhere' }) }
}

describe('once', () => {
  test('an event starts its workflow, and a second trigger starts nothing', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    const event = await place.register()

    const first = await trigger(place, { routes: [workflowRoute(api)] })
    const second = await trigger(place, { routes: [workflowRoute(api)] })

    expect(first.map(({ outcome }) => outcome)).toEqual([
      { kind: 'fired', reference: 'https://github.com/acme/flights/actions/runs/1001' },
    ])
    expect(second).toEqual([])
    expect(api.runs).toMatchObject([{ inputs: { candidate: 'flights@1', event: event.id } }])
  })

  test('of sixteen triggers at once one starts it, and all know that it arrived', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()

    const all = await Promise.all(
      Array.from({ length: 16 }, async () => trigger(place, { routes: [workflowRoute(api)] })),
    )

    expect(api.runs).toHaveLength(1)
    expect(all.flatMap(kinds).filter((kind) => kind === 'fired')).toHaveLength(1)
    expect(all.flatMap(kinds).filter((kind) => kind !== 'fired' && kind !== 'done')).toEqual([])
  })

  test('the same holds for clones of one repository that keep the workspace on a branch', async () => {
    await using place = await Place.makeGit()
    await using api = await aGithub()
    await place.register()

    const all = await Promise.all(
      Array.from({ length: 4 }, async () => trigger(place, { routes: [workflowRoute(api)] })),
    )

    expect(api.runs).toHaveLength(1)
    expect(all.flatMap(kinds).filter((kind) => kind === 'fired')).toHaveLength(1)
    expect(all.flatMap(kinds).filter((kind) => kind !== 'fired' && kind !== 'done')).toEqual([])
  })

  test('two rules are two deliveries of one event, and events go oldest first', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await using receiver = await Receiver.start()
    for (let version = 1; version <= 3; version += 1) await place.register()

    await trigger(place, { routes: [workflowRoute(api), hookRoute(receiver)] })

    expect(api.runs.map(({ inputs }) => inputs['candidate'])).toEqual(['flights@1', 'flights@2', 'flights@3'])
    expect(receiver.acted.map(({ model }) => model.version)).toEqual(['1', '2', '3'])
  })
})

describe('what is not certain', () => {
  test('a run that started although the answer was an error is found, and not started again', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    api.trouble({ method: 'POST', path: dispatches, when: 'after', answer: { status: 502, body: { message: 'bad' } } })

    const first = await trigger(place, { routes: [workflowRoute(api)], patience: brief })
    const second = await trigger(place, { routes: [workflowRoute(api)], patience: brief })

    expect(kinds(first)).toEqual(['failed'])
    expect(second.map(({ outcome }) => outcome)).toEqual([
      { kind: 'found', reference: 'https://github.com/acme/flights/actions/runs/1001' },
    ])
    expect(api.runs).toHaveLength(1)
    expect(await trigger(place, { routes: [workflowRoute(api)] })).toEqual([])
  })

  test('a run that did not start because the connection was cut is looked for, and started', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    api.trouble({ method: 'POST', path: dispatches, when: 'before' })

    await trigger(place, { routes: [workflowRoute(api)], patience: brief })
    const second = await trigger(place, { routes: [workflowRoute(api)], patience: brief })

    expect(kinds(second)).toEqual(['fired'])
    expect(api.runs).toHaveLength(1)
  })

  test('a run that the target lists late is found all the same', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    api.trouble({ method: 'POST', path: dispatches, when: 'after' })
    await trigger(place, { routes: [workflowRoute(api)], patience: brief })
    const nothing = { total_count: 0, workflow_runs: [] }
    api.trouble({ method: 'GET', path: /runs$/, when: 'before', answer: { status: 200, body: nothing } })

    expect(kinds(await trigger(place, { routes: [workflowRoute(api)], patience: brief }))).toEqual(['found'])
    expect(api.runs).toHaveLength(1)
  })

  test('while the claim lasts nobody else sends', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    api.trouble({ method: 'POST', path: dispatches, when: 'after' })

    await trigger(place, { routes: [workflowRoute(api)] })
    const second = await trigger(place, { routes: [workflowRoute(api)], patience: { waitMs: 0 } })

    expect(kinds(second)).toEqual(['held'])
    expect(api.runs).toHaveLength(1)
  })

  test('a target that never answers fails in time, and stays claimed', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    api.trouble({ method: 'POST', path: dispatches, when: 'after', answer: 'silence' })

    const first = await trigger(place, { routes: [workflowRoute(api)], patience: { sendMs: 300 } })
    const second = await trigger(place, { routes: [workflowRoute(api)], patience: { waitMs: 0 } })

    expect([...kinds(first), ...kinds(second)]).toEqual(['failed', 'held'])
    expect(failureOf(first)?.details).toContain('no answer within 0.3 s')
  })

  test('where the names of runs show no event, nothing is sent until a person asks for it', async () => {
    await using place = await Place.make()
    await using api = await aGithub(release.replace(/^run-name.*$/m, ''))
    const event = await place.register()
    api.trouble({ method: 'POST', path: dispatches, when: 'after' })

    await trigger(place, { routes: [workflowRoute(api)], patience: brief })
    const second = await trigger(place, { routes: [workflowRoute(api)], patience: brief })
    const third = await trigger(place, { routes: [workflowRoute(api)], patience: brief })

    expect([...kinds(second), ...kinds(third)]).toEqual(['unclear', 'unclear'])
    expect(failureOf(second)?.details).toContain('run-name: Release ${{ inputs.event }}')
    expect(api.runs).toHaveLength(1)

    const asked = await trigger(place, { routes: [workflowRoute(api)], patience: brief, only: { event: event.id } })
    expect(kinds(asked)).toEqual(['fired'])
  })

  test('when it cannot be looked up, nothing is sent, and the next trigger looks again', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    api.trouble({ method: 'POST', path: dispatches, when: 'after' })
    await trigger(place, { routes: [workflowRoute(api)], patience: brief })
    api.trouble({ method: 'GET', path: /runs$/, when: 'before', answer: { status: 404, body: { message: 'no' } } })

    const second = await trigger(place, { routes: [workflowRoute(api)], patience: brief })
    const third = await trigger(place, { routes: [workflowRoute(api)], patience: brief })

    expect([...kinds(second), ...kinds(third)]).toEqual(['failed', 'found'])
    expect(api.runs).toHaveLength(1)
  })

  test('a webhook is posted to again with the same id, and its receiver acts once', async () => {
    await using place = await Place.make()
    await using receiver = await Receiver.start('s3cret')
    await place.register()
    receiver.trouble({ method: 'POST', path: /hook/, when: 'after', answer: { status: 500, body: 'no' } })

    const first = await trigger(place, { routes: [hookRoute(receiver, 's3cret')] })
    const second = await trigger(place, { routes: [hookRoute(receiver, 's3cret')], patience: { waitMs: 0 } })

    expect([...kinds(first), ...kinds(second)]).toEqual(['failed', 'fired'])
    expect(receiver.received).toHaveLength(2)
    expect(receiver.acted).toHaveLength(1)
  })
})

describe('what failed for certain', () => {
  test('a refusal gives the claim back, so that the next trigger need not wait', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()

    const refused = await trigger(place, { routes: [workflowRoute(api, {}, { token: 'read-only' })] })
    const granted = await trigger(place, { routes: [workflowRoute(api)], patience: { waitMs: 0 } })

    expect([...kinds(refused), ...kinds(granted)]).toEqual(['failed', 'fired'])
    expect(failureOf(refused)?.details).toContain('permissions:')
  })

  test('so does an address where nobody listens', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    const gone = await aGithub()
    const route = workflowRoute(gone)
    await gone[Symbol.asyncDispose]()
    await place.register()

    const first = await trigger(place, { routes: [route] })
    const second = await trigger(place, { routes: [workflowRoute(api)], patience: { waitMs: 0 } })

    expect([...kinds(first), ...kinds(second)]).toEqual(['failed', 'fired'])
  })

  test('a failing target keeps no other target waiting, and its own other events are left', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await using receiver = await Receiver.start()
    await place.register()
    await place.register()

    const deliveries = await trigger(place, {
      routes: [workflowRoute(api, {}, { token: 'wrong' }), hookRoute(receiver)],
    })

    expect(kinds(deliveries)).toEqual(['failed', 'left', 'fired', 'fired'])
    const failure = failureOf(deliveries)
    expect(failure?.code).toBe('TY0701')
    expect(failure?.exitCode).toBe(4)
    expect(failure?.details).toContain('release: flights@1 to workflow release.yml of acme/flights at main')
    expect(failure?.details).not.toContain('hook')
  })

  test('an event that the target refuses for what it says does not stop the others', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    await place.register()
    api.trouble({ method: 'POST', path: dispatches, when: 'before', answer: { status: 422, body: { message: 'no' } } })

    expect(kinds(await trigger(place, { routes: [workflowRoute(api)] }))).toEqual(['failed', 'fired'])
  })

  test('all failures are told at once', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await using receiver = await Receiver.start('another secret')
    await place.register()

    const failure = failureOf(
      await trigger(place, { routes: [workflowRoute(api, {}, { token: 'wrong' }), hookRoute(receiver, 's3cret')] }),
    )

    expect(failure?.details.split('\n').filter((line) => /^(release|hook): /.test(line))).toHaveLength(2)
    expect(failure?.details).not.toContain('s3cret')
  })
})

describe('what fires at all', () => {
  test('another branch does not, unless the rule says so', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register({ ref: 'refs/heads/feature' })

    expect(await trigger(place, { routes: [workflowRoute(api)] })).toMatchObject([
      { outcome: { kind: 'not-meant', why: 'it came from feature, and the rule fires for the default branch main' } },
    ])
    expect(api.received).toHaveLength(0)
    expect(kinds(await trigger(place, { routes: [workflowRoute(api, { refs: ['feat*'] })] }))).toEqual(['fired'])
  })

  test('only versions with the tags of the rule do', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register({ tags: { Stage: 'candidate' } })
    await place.register({ tags: { Stage: 'experiment' } })

    const deliveries = await trigger(place, { routes: [workflowRoute(api, { tags: { Stage: 'candidate' } })] })

    expect(kinds(deliveries)).toEqual(['fired', 'not-meant'])
  })

  test('an old event does only when a person asks for it by name', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    const old = await place.register({ at: '2020-01-01T00:00:00.000Z' })
    const fresh = await place.register()

    expect(kinds(await trigger(place, { routes: [workflowRoute(api)] }))).toEqual(['stale', 'fired'])
    expect(kinds(await trigger(place, { routes: [workflowRoute(api)], only: { event: old.id } }))).toEqual(['fired'])
    expect(await trigger(place, { routes: [workflowRoute(api)], only: { event: fresh.id } })).toEqual([])
  })

  test('a version that was deleted meanwhile does not', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    await (await place.open()).models.delete('flights', 1, 'trained on the wrong data')

    expect(await trigger(place, { routes: [workflowRoute(api)] })).toMatchObject([
      { outcome: { kind: 'not-meant', why: 'the version was deleted' } },
    ])
  })

  test('only the asked model does', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register({ model: 'flights' })
    await place.register({ model: 'trains' })

    await trigger(place, { routes: [workflowRoute(api)], only: { model: 'trains' } })

    expect(api.runs.map(({ inputs }) => inputs['candidate'])).toEqual(['trains@1'])
  })

  test('an event that does not exist is a fault of the input', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()

    await expect(trigger(place, { routes: [workflowRoute(api)], only: { event: 'nothing' } })).rejects.toMatchObject({
      code: 'TY0205',
    })
  })
})

describe('stopping and rehearsing', () => {
  test('a rehearsal says what is due, sends nothing, and leaves it due', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    const workspace = await place.open(undefined, 'rehearse')

    const rehearsed = await trigger(place, { routes: [workflowRoute(api)], workspace })

    expect(kinds(rehearsed)).toEqual(['due'])
    expect(api.received).toHaveLength(0)
    expect(kinds(await trigger(place, { routes: [workflowRoute(api)] }))).toEqual(['fired'])
  })

  test('a step that is cancelled before it sends has claimed nothing', async () => {
    await using place = await Place.make()
    await using api = await aGithub()
    await place.register()
    const controller = new AbortController()
    controller.abort(new Error('stopped'))

    await expect(trigger(place, { routes: [workflowRoute(api)], signal: controller.signal })).rejects.toThrow('stopped')
    expect(kinds(await trigger(place, { routes: [workflowRoute(api)], patience: { waitMs: 0 } }))).toEqual(['fired'])
  })
})
