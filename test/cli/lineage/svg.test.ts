import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lineageGraph } from '../../../core/cli/lineage/build.ts'
import { nodeKinds, type GraphNode, type LineageGraph } from '../../../core/cli/lineage/graph.ts'
import { layoutOf } from '../../../core/cli/lineage/layout.ts'
import { lineageSvg } from '../../../core/cli/lineage/svg.ts'
import { needTool } from '../../support/tools.ts'
import { parse } from '../report/parse.ts'
import { sampleRecords } from './sample.ts'

const picture = lineageSvg(lineageGraph(sampleRecords()), 'Lineage of flights@champion')

/** Any graph without circles: edges go from an earlier node to a later one. */
const anyGraph = (text: fc.Arbitrary<string>): fc.Arbitrary<LineageGraph> =>
  fc.integer({ min: 0, max: 14 }).chain((count) => {
    const node = (n: number): fc.Arbitrary<GraphNode> =>
      fc.record({
        id: fc.constant(`n${n}`),
        kind: fc.constantFrom(...nodeKinds),
        title: text,
        details: fc.array(text, { maxLength: 4 }),
      })
    const pairs = Array.from({ length: count }, (_, to) =>
      Array.from({ length: to }, (__, from) => ({ from: `n${from}`, to: `n${to}` })),
    ).flat()
    return fc.record({
      nodes: fc.tuple(...Array.from({ length: count }, (_, n) => node(n))),
      edges:
        pairs.length === 0
          ? fc.constant([])
          : fc.uniqueArray(fc.constantFrom(...pairs), { maxLength: 24, selector: ({ from, to }) => `${from} ${to}` }),
    })
  })

describe('the picture', () => {
  test('is the same to the byte for the same records, and this one', async () => {
    expect(lineageSvg(lineageGraph(sampleRecords()), 'Lineage of flights@champion')).toBe(picture)
    await expect(picture).toMatchFileSnapshot('golden/lineage.svg')
  })

  test('is well-formed for a parser of XML that nobody here wrote', (context) => {
    const code =
      'import sys, xml.dom.minidom as m; print(m.parseString(sys.stdin.buffer.read()).documentElement.tagName)'
    const { stdout, stderr } = spawnSync(needTool(context, 'python3'), ['-c', code], {
      input: picture,
      encoding: 'utf8',
    })

    expect({ stdout, stderr }).toEqual({ stdout: 'svg\n', stderr: '' })
  })

  test('has a name and a description, and loads and runs nothing', () => {
    const { elements, text } = parse(picture)

    expect(elements[0]?.attributes.get('role')).toBe('img')
    expect(elements[0]?.attributes.get('aria-labelledby')).toBe('lineage-t lineage-d')
    expect(text).toContain('run r-2f6c90b1 leads to flights@2.')
    expect(text).toContain('package registry.example.com/flights:2 leads to serves at flights-production.')
    for (const name of ['script', 'image', 'use', 'foreignObject', 'a', 'style'].filter((one) => one !== 'style'))
      expect(elements.map((element) => element.name)).not.toContain(name)
    expect(picture).not.toMatch(/url\(|@import|href/)
  })

  test('keeps whatever a name says harmless', () => {
    fc.assert(
      fc.property(
        anyGraph(fc.oneof(fc.string({ unit: 'binary' }), fc.constant('</text><script>alert(1)</script>'))),
        fc.string(),
        (graph, title) => {
          const { elements } = parse(lineageSvg(graph, title))

          expect(elements.filter(({ name }) => name === 'script')).toEqual([])
        },
      ),
    )
  })

  test('is a picture for nothing, too', () => {
    expect(parse(lineageSvg({ nodes: [], edges: [] }, 'Nothing')).text).toContain('Nothing')
  })
})

test('whatever the graph: no two nodes overlap, every edge goes to the right, and its way passes no node', () => {
  fc.assert(
    fc.property(
      anyGraph(fc.constant('x')),
      fc.array(fc.integer({ min: 20, max: 140 }), { minLength: 14, maxLength: 14 }),
      (graph, heights) => {
        const { boxes, paths, width, height } = layoutOf(graph, (id) => heights[Number(id.slice(1))] ?? 50)
        const all = [...boxes.values()]

        for (const [at, a] of all.entries()) {
          expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= width && a.y + a.height <= height).toBe(true)
          for (const b of all.slice(at + 1))
            expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(
              true,
            )
        }
        expect(paths).toHaveLength(graph.edges.length)
        for (const { from, to, points } of paths) {
          for (const [at, { x }] of points.entries()) expect(x).toBeGreaterThan(points[at - 1]?.x ?? -1)
          const others = [...boxes].filter(([id]) => id !== from && id !== to).map(([, box]) => box)
          for (const { x, y } of points)
            expect(
              others.some((box) => x >= box.x && x <= box.x + box.width && y > box.y && y < box.y + box.height),
            ).toBe(false)
        }
      },
    ),
  )
})
