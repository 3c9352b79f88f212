import { describe, expect, test } from 'vitest'
import type { CardFacts } from '../../../core/cli/card/facts.ts'
import { makeCard } from '../../../core/cli/card/make.ts'
import { cardMarkdown } from '../../../core/cli/card/markdown.ts'
import { cardHtml } from '../../../core/cli/card/page.ts'
import { parse } from '../report/parse.ts'
import { criterion, digest, evidence, predicates, sampleFacts } from '../report/sample.ts'

function cardFacts(other: Partial<CardFacts> = {}): CardFacts {
  const { versions, model, deployments, madeAt, tool, workspace } = sampleFacts()
  const [told] = versions
  if (told === undefined) throw new Error('the sample has no version')
  const live = deployments.filter(({ version }) => version === told.version.version)
  const head = { seq: 41, digest: digest('e') }
  return { ...told, madeAt, tool, workspace, model, datasets: [], deployments: live, head, ...other }
}

const markdown = (other: Partial<CardFacts> = {}) => cardMarkdown(makeCard(cardFacts(other)))
const lineOf = (text: string, start: string) => text.split('\n').find((line) => line.startsWith(start)) ?? ''

describe('a model card', () => {
  test('is the same for the same records, and this one', async () => {
    expect(markdown()).toBe(markdown())
    await expect(markdown()).toMatchFileSnapshot('golden/card.md')
    await expect(cardHtml(makeCard(cardFacts()))).toMatchFileSnapshot('golden/card.html')
  })

  test('has every part in both forms, however little is recorded', () => {
    const { version, model } = cardFacts()
    const bare = { ...version, tags: {}, datasets: [] }
    const { description: _, signature: __, run: ___, parent: ____, ...rest } = bare
    const facts = {
      version: rest,
      run: undefined,
      evidence: [],
      deployments: [],
      model: { ...model, aliases: {}, history: [] },
    }
    const parts = [
      'Purpose',
      'Data',
      'Training',
      'Gate',
      'Slices',
      'Speed',
      'Canary',
      'Decisions',
      'Deployments',
      'Limits',
    ]

    const text = markdown(facts)
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(parts)
    const page = parse(cardHtml(makeCard(cardFacts(facts))))
    expect(page.elements.filter(({ name }) => name === 'section')).toHaveLength(parts.length)
    expect(text).toContain('* Nobody described what it is for.')
    expect(text).toContain('* No gate judged it: nothing is proven about how good it is.')
    expect(text).toContain('It was registered by hand: no run made it.')
  })

  test('names as a limit what the gate could not prove, and every use of force', () => {
    const { model } = cardFacts()
    const weak = criterion({
      criterion: 'auc not worse by ≥ 0.01',
      kind: 'inconclusive',
      needed: 90_000,
    })
    const { verdict } = predicates.gate
    const judged = evidence('gate', 'f', {
      ...predicates.gate,
      verdict: { ...verdict, kind: 'inconclusive', results: [weak] },
    })
    const forced = model.history.map((move) => ({ ...move, isForced: true }))

    const text = markdown({ evidence: [judged], model: { ...model, history: forced } })
    expect(text).toContain('* auc not worse by ≥ 0.01: inconclusive; about 90,000 rows would decide.')
    expect(text).toMatch(/^\* It became champion by force: /m)
  })

  test('tells no number about fewer than ten rows', () => {
    const { verdict } = predicates.gate
    const small = criterion({ n: 7, candidate: 0.987654, champion: 0.123456 })
    const judged = evidence('gate', 'f', {
      ...predicates.gate,
      verdict: { ...verdict, reasons: [], results: [small] },
      data: { ...predicates.gate.data, rows: 7 },
    })

    for (const text of [markdown({ evidence: [judged] }), cardHtml(makeCard(cardFacts({ evidence: [judged] })))]) {
      expect(text).toContain('fewer than 10 rows')
      expect(text).not.toMatch(/0\.98|0\.12|\b7 rows/)
    }
  })

  test('shows what somebody wrote as plain text, whatever it holds', () => {
    const { version } = cardFacts()
    const evil = '](https://evil.example) <img src=x onerror=alert(1)> | ![x](y) \u001B[2J \u202Etxt `code` @everyone'
    const text = markdown({ version: { ...version, description: evil, tags: { Note: evil } } })
    const line = lineOf(text, '\\](https')

    expect(line).not.toMatch(/(?<!\\)[[\]`|@]|</)
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/)
    const page = parse(cardHtml(makeCard(cardFacts({ version: { ...version, description: evil } }))))
    expect(page.elements.filter(({ name }) => ['img', 'script'].includes(name))).toEqual([])
  })
})
