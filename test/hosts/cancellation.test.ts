import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildProbes, cases, code, removeProbes, run } from './faces.ts'

beforeAll(buildProbes)
afterAll(removeProbes)

describe.concurrent.each(cases)('$face on $on', ({ face, node }) => {
  test('SIGINT stops the step, which undoes what it began', async () => {
    const seen = await run(face, node, 'cancel', { cancelOn: 'ready' })

    expect(seen).toMatchObject({ result: 'cancelled', exitCode: code(face, 130), sent: ['SIGINT'], misdeeds: [] })
    expect(seen.log.join('\n')).toContain('undone: the training process was stopped')
    if (face !== 'local') expect(seen.annotations).toHaveLength(1)
  })

  test('SIGTERM alone stops it as well', async () => {
    const seen = await run(face, node, 'cancel', { signalsOn: { text: 'ready', signals: ['SIGTERM'] } })

    expect(seen).toMatchObject({ exitCode: code(face, 143), sent: ['SIGTERM'] })
    expect(seen.log.join('\n')).toContain('by SIGTERM')
  })

  test('two signals at once do not end it before it has ended itself', async () => {
    const seen = await run(face, node, 'quickSignals', {
      signalsOn: { text: 'ready', signals: ['SIGINT', 'SIGTERM'] },
    })

    expect(seen).toMatchObject({ exitCode: code(face, 130), sent: ['SIGINT', 'SIGTERM'] })
    expect(seen.log).toContain('SIGTERM came')
  })

  test('an event loop with nothing left to do waits for what the stopped step still does', async () => {
    const seen = await run(face, node, 'stoppedByListenerAlone', { cancelOn: 'ready' })

    expect(seen).toMatchObject({ result: 'cancelled', exitCode: code(face, 130) })
    expect(seen.log.join('\n')).not.toContain('TY9999')
  })
})

// What takes a runner's own times is done on all hosts at once.
describe.concurrent('on every host', () => {
  test('undoing may go on when the runner sends SIGTERM after 7.5 s', async () => {
    const all = await Promise.all(cases.map(({ face, node }) => run(face, node, 'slowCancel', { cancelOn: 'ready' })))

    const expected = cases.map(({ face }) => ({
      result: 'cancelled',
      exitCode: code(face, 130),
      sent: ['SIGINT', 'SIGTERM'],
    }))
    expect(all).toMatchObject(expected)
    for (const { log } of all) expect(log.join('\n')).toContain('undone: the training process was stopped')
  })

  test('a step that listens to nothing is killed 10 s after the cancellation', async () => {
    const all = await Promise.all(cases.map(({ face, node }) => run(face, node, 'deaf', { cancelOn: 'ready' })))

    expect(all).toMatchObject(cases.map(() => ({ exitCode: null, sent: ['SIGINT', 'SIGTERM', 'SIGKILL'] })))
  })

  test('a broken step that does not listen is ended by itself, and its last words are told', async () => {
    const all = await Promise.all(cases.map(({ face, node }) => run(face, node, 'uncaughtAndStuck')))

    expect(all).toMatchObject(cases.map(({ face }) => ({ result: 'failed', exitCode: code(face, 70) })))
    for (const { log } of all) expect(log.join('\n')).toContain('TypeError: thrown in a callback')
  })
})
