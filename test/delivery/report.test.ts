import { describe, expect, test } from 'vitest'
import type { Delivery } from '../../core/delivery/deliver.ts'
import { arrivedOf, failureOf, openOf, referencesOf, summaryOf } from '../../core/delivery/report.ts'
import { ExternalError } from '../../core/errors/errors.ts'
import { anEvent } from './an-event.ts'

function aDelivery(outcome: Delivery['outcome'], parts: Partial<Delivery> = {}): Delivery {
  return {
    event: anEvent(),
    rule: 'release',
    target: 'workflow release.yml of acme/flights at main',
    outcome,
    ...parts,
  }
}

const refused = new ExternalError({
  facts: { operation: 'start the workflow', status: 403, requestId: 'ID:1' },
  details: 'Resource not accessible\npermissions:\n  actions: write',
})
const page = 'https://github.com/acme/flights/actions/runs/7'

describe('the summary', () => {
  test('says so when nothing is due', () => {
    expect(summaryOf([])).toBe('### Trigger\n\nNothing is due: every event has been delivered, or there is none.\n')
  })

  test('has a row an event and rule, with the result; failures come first', () => {
    const summary = summaryOf([
      aDelivery({ kind: 'not-meant', why: 'it came from feature' }),
      aDelivery({ kind: 'fired', reference: page }),
      aDelivery({ kind: 'failed', error: refused }),
    ])

    const rows = summary.trim().split('\n').slice(2)
    expect(rows).toHaveLength(5)
    expect(rows[2]).toContain('**failed**: A service failed')
    expect(rows[2]).toContain('status 403, request id ID:1')
    expect(rows[3]).toContain(`](${page})`)
    expect(rows[4]).toContain('not fired: it came from feature')
  })

  test('nothing that an event says is Markdown, HTML or another cell', () => {
    const hostile = '<img src=x onerror=alert(1)> | [x](javascript:alert(1)) `code` **b**\n| new | row |'
    const summary = summaryOf([
      aDelivery({ kind: 'not-meant', why: hostile }, { event: anEvent({ data: { model: hostile } }), rule: hostile }),
      aDelivery({ kind: 'fired', reference: hostile }),
      aDelivery({ kind: 'found', reference: 'javascript:alert(1)' }),
    ])

    const rows = summary.trim().split('\n').slice(2)
    expect(rows).toHaveLength(5)
    // Within a code span nothing acts; bars are escaped there as well.
    const outside = summary.replaceAll(/(?<![`\\])(`+)(?!`).+?(?<!`)\1(?!`)/g, 'CODE')
    expect(outside).not.toMatch(/<img/)
    for (const row of rows) expect(row.match(/(?<!\\)\|/g)).toHaveLength(6)
    expect(outside).not.toMatch(/(?<!\\)\]\((?!https:)/)
  })

  test('stays small however many events there are', () => {
    const many = Array.from({ length: 5000 }, () => aDelivery({ kind: 'stale', why: 'it is older than 7d' }))

    const summary = summaryOf([...many, aDelivery({ kind: 'fired', reference: page })])

    expect(summary.length).toBeLessThan(100_000)
    expect(summary).toContain(page)
    expect(summary).toContain('and 4901 more')
  })
})

describe('the error', () => {
  test('is none where nothing failed', () => {
    expect(failureOf([aDelivery({ kind: 'fired', reference: page }), aDelivery({ kind: 'held', until: 'x' })])).toBe(
      undefined,
    )
  })

  test('tells every failure with its rule, event and target', () => {
    const failure = failureOf([
      aDelivery({ kind: 'failed', error: refused }),
      aDelivery({ kind: 'unclear', why: 'the names of its runs do not say' }, { rule: 'other' }),
      aDelivery({ kind: 'left' }),
      aDelivery({ kind: 'fired', reference: undefined }),
    ])

    expect(failure).toBeInstanceOf(ExternalError)
    expect(failure?.code).toBe('TY0701')
    expect(failure?.facts.operation).toBe('deliver 4 events, of which 2 failed')
    expect(failure?.details).toContain('release: flights@3 to workflow release.yml of acme/flights at main: A service')
    expect(failure?.details).toContain('other: flights@3')
    expect(failure?.cause).toBe(refused)
  })
})

test('what arrived, what is open, and what it is called', () => {
  const deliveries = [
    aDelivery({ kind: 'fired', reference: page }),
    aDelivery({ kind: 'fired', reference: undefined }),
    aDelivery({ kind: 'found', reference: 'Release-7' }),
    aDelivery({ kind: 'done', reference: 'by another' }),
    aDelivery({ kind: 'held', until: 'x' }),
    aDelivery({ kind: 'due' }),
    aDelivery({ kind: 'not-meant', why: 'x' }),
  ]

  expect(arrivedOf(deliveries)).toHaveLength(3)
  expect(openOf(deliveries)).toHaveLength(2)
  expect(referencesOf(deliveries)).toEqual([page, 'Release-7'])
})
