import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReportFacts } from '../../../core/cli/report/facts.ts'
import { reportHtml } from '../../../core/cli/report/page.ts'
import { styleSheet } from '../../../core/cli/report/style.ts'
import { needTool } from '../../support/tools.ts'
import { type Element, type Page, parse } from './parse.ts'
import { digest, evidence, factsWith, predicates, sampleFacts } from './sample.ts'

const page = parse(reportHtml(sampleFacts()))

const of = (name: string, { elements }: Page = page): readonly Element[] => elements.filter((one) => one.name === name)
const attribute = (name: string, { elements }: Page = page): readonly string[] =>
  elements.flatMap(({ attributes }) => attributes.get(name) ?? [])

describe('the page', () => {
  test('is the same to the byte for the same facts, and this one', async () => {
    const text = reportHtml(sampleFacts())

    expect(reportHtml(sampleFacts())).toBe(text)
    await expect(text).toMatchFileSnapshot('golden/report.html')
  })

  test('is well-formed for a parser of XML that nobody here wrote', (context) => {
    const code =
      'import sys, xml.dom.minidom as m; print(m.parseString(sys.stdin.buffer.read()).documentElement.tagName)'
    const { stdout, stderr } = spawnSync(needTool(context, 'python3'), ['-c', code], {
      input: reportHtml(sampleFacts()),
      encoding: 'utf8',
    })

    expect({ stdout, stderr }).toEqual({ stdout: 'html\n', stderr: '' })
  })

  test('loads nothing, runs nothing, and forbids its browser to', () => {
    const policy = of('meta').find(({ attributes }) => attributes.get('http-equiv') === 'Content-Security-Policy')
    const hash = createHash('sha256').update(styleSheet).digest('base64')

    expect(policy?.attributes.get('content')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    )
    for (const name of [
      'script',
      'link',
      'img',
      'image',
      'use',
      'iframe',
      'object',
      'embed',
      'base',
      'form',
      'foreignObject',
    ])
      expect(of(name)).toEqual([])
    for (const name of ['src', 'srcset', 'style', 'xlink:href', 'background', 'action'])
      expect(attribute(name)).toEqual([])
    expect(
      page.elements.flatMap(({ attributes }) => [...attributes.keys()]).filter((name) => /^on/i.test(name)),
    ).toEqual([])
    expect(styleSheet).not.toMatch(/url\(|@import|@font-face|https?:/)
  })

  test('leads out only by links to CI runs, which tell the other side nothing', () => {
    const out = of('a').filter(({ attributes }) => !attributes.get('href')?.startsWith('#'))

    expect(out.length).toBeGreaterThan(0)
    for (const { attributes } of out) {
      expect(attributes.get('href')).toMatch(/^https:\/\/github\.com\//)
      expect(attributes.get('rel')).toBe('noreferrer noopener')
    }
    expect(attribute('fill').filter((fill) => !/^url\(#[a-z0-9-]+\)$/.test(fill))).toEqual([])
  })

  test('has landmarks, one heading of the first rank, and no rank left out', () => {
    const ranks = page.elements.flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []))

    for (const name of ['header', 'main', 'nav', 'footer']) expect(of(name)).toHaveLength(1)
    expect(ranks.filter((rank) => rank === 1)).toHaveLength(1)
    expect(ranks.every((rank, at) => rank <= (ranks[at - 1] ?? 0) + 1)).toBe(true)
    expect(of('html')[0]?.attributes.get('lang')).toBe('en')
  })

  test('gives every id once, and every reference leads to one', () => {
    const ids = attribute('id')
    const references = [
      ...attribute('aria-labelledby').flatMap((names) => names.split(' ')),
      ...attribute('href').flatMap((href) => (href.startsWith('#') ? [href.slice(1)] : [])),
      ...attribute('fill').map((fill) => fill.slice('url(#'.length, -1)),
    ]

    expect(new Set(ids).size).toBe(ids.length)
    expect(references.filter((reference) => !ids.includes(reference))).toEqual([])
  })

  test('tells every chart in words, and every table what it is', () => {
    const charts = of('svg').filter(({ attributes }) => attributes.get('role') === 'img')
    const outer = of('svg').filter(({ inside }) => !inside.includes('svg'))
    const inCharts = (name: string) => of(name).filter(({ inside }) => inside.at(-1) === 'svg')

    expect(charts.length).toBeGreaterThan(3)
    expect(inCharts('title')).toHaveLength(charts.length)
    expect(inCharts('desc')).toHaveLength(charts.length)
    expect(
      outer.every(({ attributes }) => attributes.has('aria-labelledby') || attributes.get('aria-hidden') === 'true'),
    ).toBe(true)
    expect(of('caption')).toHaveLength(of('table').length)
    expect(of('th').every(({ attributes }) => attributes.has('scope'))).toBe(true)
  })

  test('has the same columns in every row of a table', () => {
    const cells = (facts: ReportFacts) => {
      const { elements } = parse(reportHtml(facts))
      const [heads, bodies] = ['thead', 'tbody'].map((part) =>
        elements.filter(({ name, inside }) => /^t[hd]$/.test(name) && inside.includes(part)),
      )
      return { heads: heads?.length ?? 0, bodies: bodies?.length ?? 0 }
    }

    expect(cells(sampleFacts({ versions: [], audit: { entries: 0, newest: [] } }))).toEqual({ heads: 0, bodies: 0 })
    expect(cells(sampleFacts()).bodies).toBeGreaterThan(cells(sampleFacts()).heads)
  })
})

describe('the first sentence', () => {
  const sentence = (facts: ReportFacts) =>
    /<p class="lede">(.*)<\/p>/.exec(reportHtml(facts))?.[1]?.replaceAll(/<[^>]*>/g, '')
  const { model } = sampleFacts()
  const [first, second] = model.history

  test('says who is champion, since when, in whose place and why', () => {
    expect(sentence(sampleFacts())).toBe(
      'flights@2 has been the champion since 25\u00A0Nov\u00A02026, 02:05\u00A0UTC, in the place of flights@1, because it passed the gate.',
    )
  })

  test('says that a promotion was forced', () => {
    const history = [
      ...(first === undefined ? [] : [first]),
      ...(second === undefined ? [] : [{ ...second, why: 'an incident', isForced: true }]),
    ]
    const text = reportHtml(sampleFacts({ model: { ...model, history } }))

    expect(sentence(sampleFacts({ model: { ...model, history } }))).toContain('because it was forced.')
    expect(text).toContain('<dd>an incident</dd>')
  })

  test.each([
    [{ canary: digest('b') }, 'because it passed the gate and was good as a canary.'],
    [{ rollback: { from: 3, reason: 'an incident' } }, 'because flights@3 was rolled back.'],
  ])('says what the promotion stands on: %j', (part, words) => {
    const told = factsWith([evidence('promotion', '8', { ...predicates.promotion, ...part })])

    expect(sentence(told)).toContain(words)
  })

  test('says that there is none', () => {
    expect(sentence(sampleFacts({ model: { ...model, aliases: {}, history: [] } }))).toBe(
      'flights has no champion: none of its 2 versions was promoted.',
    )
  })

  test('of a champion that lost its alias and got it back counts from then', () => {
    const history = [
      ...model.history,
      {
        alias: 'champion',
        from: 2,
        to: 1,
        at: '2026-11-26T08:00:00.000Z',
        by: { name: 'bob', host: 'local' as const },
        why: 'rollback',
      },
    ]

    expect(sentence(sampleFacts({ model: { ...model, aliases: { champion: 1 }, history } }))).toBe(
      'flights@1 has been the champion since 26\u00A0Nov\u00A02026, 08:00\u00A0UTC, in the place of flights@2, for the reason given below.',
    )
  })
})

describe('a section without data says so', () => {
  const empty = sampleFacts({
    versions: sampleFacts().versions.map(({ version }) => ({ version, evidence: [] })),
    deployments: [],
    audit: { entries: 0, newest: [] },
  })
  const { text, elements } = parse(reportHtml(empty))

  test.each([
    'No gate has judged a version of this model yet.',
    'No package of this model has been measured yet.',
    'No version has been tried as a canary yet.',
    'nowhere, as far as the workspace knows',
    'Nothing is recorded yet.',
  ])('%s', (sentence) => {
    expect(text).toContain(sentence)
  })

  test('and draws no chart', () => {
    expect(elements.filter(({ name }) => name === 'svg')).toEqual([])
  })

  test('also where every version is deleted', () => {
    expect(parse(reportHtml(sampleFacts({ versions: [] }))).text).toContain('All versions are deleted.')
  })
})

describe('evidence in a form that is not known', () => {
  test('is named, and does not break the page', () => {
    const [version] = sampleFacts().versions
    if (version === undefined) throw new Error('the sample has no version')
    const strange = version.evidence.map((one) => ({ ...one, predicate: { later: ['form'] } }))
    const { text } = parse(reportHtml(sampleFacts({ versions: [{ ...version, evidence: strange }] })))

    expect(text.match(/has a form that this release does not read/g)).toHaveLength(3)
  })
})

/** What programs make of a record, and no person wrote. */
const structural = new Set([
  'kind',
  'state',
  'role',
  'at',
  'createdAt',
  'startedAt',
  'endedAt',
  'deadline',
  'id',
  'digest',
  'subject',
  'decision',
  'host',
  'madeAt',
  'alias',
  'prev',
  'gate',
  'metric',
])

/** The facts with every text that somebody wrote replaced by this one. */
function written(value: unknown, text: string, key = ''): unknown {
  if (typeof value === 'string') return structural.has(key) || (key === 'verdict' && value === 'pass') ? value : text
  if (Array.isArray(value)) return value.map((one) => written(one, text, key))
  if (typeof value !== 'object' || value === null) return value
  const isNamed = key === 'tags' || key === 'metrics' || key === 'params'
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [isNamed ? text : name, written(one, text, isNamed ? 'text' : name)]),
  )
}

test('no text of anybody changes the page’s form', () => {
  const form = (text: string) => {
    const { elements } = parse(reportHtml(written(sampleFacts(), text) as ReportFacts))
    return elements.map(({ name, attributes }) => `${name} ${[...attributes.keys()].join(' ')}`)
  }
  const harmless = form('x')
  // Two spaces part what a line of lineage is about from the rest, and an empty cell has a dash.
  const hostile = fc
    .oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', ';', '/', '!', '-', ']', '=', 'b', '#', '\n') }),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><svg onload="alert(1)">',
        ']]>',
        '<!--',
        'javascript:alert(1)',
        '&#0;',
        '${1}',
      ),
    )
    .map((text) => `x${text.replaceAll('  ', ' ')}`)

  fc.assert(
    fc.property(hostile, (text) => {
      expect(form(text)).toEqual(harmless)
    }),
    { numRuns: 30 },
  )
})
