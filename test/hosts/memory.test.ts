import { describe, expect, test } from 'vitest'
import { Cancelled, InputError } from '../../core/errors/errors.ts'
import { render } from '../../core/errors/render.ts'
import { memoryHost } from '../support/memory-host.ts'
import { hostileLines } from './probe/hostile.ts'
import { scenarios } from './probe/scenarios.ts'
import { nasty } from './probe/values.ts'

describe('in memory', () => {
  test('outputs, state and inputs are kept as they are', async () => {
    const host = memoryHost({ inputs: { model: ' flights ', blank: ' ' }, state: { plain: 'saved' } })

    await scenarios['outputs']?.(host)

    expect(Object.fromEntries(host.outputs)).toEqual(nasty)
    expect([host.input('model'), host.input('blank'), host.state('plain')]).toEqual(['flights', undefined, 'saved'])
    expect(() => host.saveState('bad name', 'x')).toThrow('letters only')
  })

  test('secrets are hidden, and every form of them is told', async () => {
    const host = memoryHost()

    host.mask('s3cr3t/token+x')
    host.log.info('raw s3cr3t/token+x')
    host.summary('a s3cr3t/token+x b')

    expect([host.text, host.summaryText]).toEqual(['raw ***', 'a *** b'])
    expect(host.masked).toContain('s3cr3t%2Ftoken%2Bx')
  })

  test('in CI nothing speaks to a runner', async () => {
    const host = memoryHost({ context: { isCi: true } })

    for (const line of hostileLines) host.log.child(line)

    expect(host.text).not.toMatch(/##\[|##vso|^\s*::/m)
  })

  test('the first outcome stands, and ends the signal', () => {
    const host = memoryHost()
    const rendered = render(new InputError({ faults: [] }), (text) => host.redact(text))

    host.finish({ kind: 'failed', rendered })
    host.finish({ kind: 'succeeded', message: 'too late' })

    expect(host.outcome).toEqual({ kind: 'failed', rendered })
    expect(host.ended).toMatchObject({ result: 'failed', exitCode: 2 })
    expect(host.signal.aborted).toBe(true)
    expect(process.exitCode).toBeUndefined()
  })

  test('a test can cancel a step', () => {
    const host = memoryHost()

    host.cancel('SIGTERM')

    expect(host.signal.reason).toBeInstanceOf(Cancelled)
    expect(host.signal.reason).toMatchObject({ signal: 'SIGTERM', exitCode: 143 })
    host.finish({ kind: 'succeeded', message: '' })
  })
})
