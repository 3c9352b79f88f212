import { html, lines, type Markup, styles } from '../report/html.ts'
import { dark, light, properties } from '../report/palette.ts'
import type { GraphNode, LineageGraph } from './graph.ts'
import { type Box, type Layout, layoutOf } from './layout.ts'
import { nodeText } from './tree.ts'

/** The element by which a file is known to be a picture of ours. */
export const svgMark = '<metadata>trainyard lineage</metadata>'

const [margin, headHeight, lineHeight] = [24, 40, 17] as const

/**
 * Draws a lineage as one SVG that needs nothing but itself, from causes at the left to effects at the right. Colours follow the
 * reader's setting; what a colour says is said by a word, too. The same graph makes the same bytes.
 */
export function lineageSvg(graph: LineageGraph, title: string): string {
  const layout = layoutOf(graph, heights(graph))
  const [width, height] = [Math.max(layout.width, 320) + 2 * margin, layout.height + headHeight + 2 * margin]
  return html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="lineage-t lineage-d">
<title id="lineage-t">${title}</title>
<metadata>trainyard lineage</metadata>
<desc id="lineage-d">${describe(graph)}</desc>
${styles(sheet)}
<rect class="paper" width="${width}" height="${height}" />
<text class="head" x="${margin}" y="${margin + 18}">${title}</text>
<g transform="translate(${margin} ${margin + headHeight})">
${lines(drawingOf(graph, layout))}
</g>
</svg>
`.toString()
}

/** The picture's nodes and edges, edges first, so that they lie below. */
function drawingOf(graph: LineageGraph, layout: Layout): readonly (Markup | undefined)[] {
  const asked = new Set(graph.nodes.filter(({ isAsked }) => isAsked === true).map(({ id }) => id))
  return [
    ...layout.paths.map(
      ({ from, to, points }) =>
        html`<path class="${asked.has(from) || asked.has(to) ? 'edge near' : 'edge'}" d="${curve(points)}" />`,
    ),
    ...graph.nodes.map((node) => {
      const box = layout.boxes.get(node.id)
      return box === undefined ? undefined : drawNode(node, box)
    }),
  ]
}

function heights({ nodes }: LineageGraph): (id: string) => number {
  const byId = new Map(nodes.map(({ id, details }) => [id, 50 + lineHeight * details.length]))
  return (id) => byId.get(id) ?? 0
}

const signs = { pass: '✓', fail: '✕', inconclusive: '?', error: '!' } as const

/** What a node is called above its title. */
const words: Partial<Record<GraphNode['kind'], string>> = {
  version: 'model version',
  data: 'data file',
  deployment: 'endpoint',
}

/** The text lies in a drawing of its own, which cuts off what would leave the node. */
function drawNode(node: GraphNode, { x, y, width, height }: Box): Markup {
  const { kind, title, details, verdict, tone, isAsked } = node
  const look = `node ${kind}${isAsked === true ? ' asked' : ''}${verdict === undefined ? '' : ` ${verdict}`}${tone === undefined ? '' : ` ${tone}`}`
  const label = words[kind] ?? kind
  return html`<g class="${look}"><title>${[`${label} ${title}`, ...details].join('\n')}</title>
<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="8" /><rect class="bar" x="${x}" y="${y + 10}" width="3" height="${height - 20}" rx="1.5" />
<svg x="${x + 14}" y="${y}" width="${width - 24}" height="${height}"><text class="kind" y="19">${label}</text><text class="title" y="37">${verdict === undefined ? undefined : html`<tspan class="sign">${signs[verdict]} </tspan>`}${cut(title, 23)}</text>${details.map((detail, at) => html`<text class="detail" y="${55 + at * lineHeight}">${cut(detail, 34)}</text>`)}</svg></g>`
}

/** A soft line through points: level where it passes a column, bent between columns. */
function curve(points: Layout['paths'][number]['points']): string {
  const [start, end] = points
  // What is almost level is drawn level.
  if (start !== undefined && end !== undefined && points.length === 2 && Math.abs(start.y - end.y) < 4)
    return `M${start.x} ${start.y}H${end.x}`
  return points
    .map(({ x, y }, at) => {
      const before = points[at - 1]
      if (before === undefined) return `M${x} ${y}`
      if (at % 2 === 0) return `L${x} ${y}`
      const middle = (before.x + x) / 2
      return `C${middle} ${before.y} ${middle} ${y} ${x} ${y}`
    })
    .join('')
}

const segmenter = new Intl.Segmenter('en')

/** A text as wide as so many latin letters at most. Most signs from Hangul on take two. */
function cut(text: string, most: number): string {
  let width = 0
  let kept = ''
  for (const { segment } of segmenter.segment(text)) {
    width += (segment.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1
    if (width > most) return `${kept}…`
    kept += segment
  }
  return kept
}

/** More sentences than these nobody wants to be read to. */
const mostSentences = 60

/** The picture in words, for those who do not see it. */
function describe({ nodes, edges }: LineageGraph): string {
  const names = new Map(nodes.map((node) => [node.id, nodeText(node)]))
  const sentences = edges.map(({ from, to }) => `${names.get(from) ?? ''} leads to ${names.get(to) ?? ''}.`)
  const rest = sentences.length - mostSentences
  return [...sentences.slice(0, mostSentences), ...(rest > 0 ? [`And ${rest} more.`] : [])].join(' ')
}

const sheet = [
  `svg{${properties(light)};color-scheme:light dark;font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif}`,
  `@media (prefers-color-scheme:dark){svg{${properties(dark)}}}`,
  '.paper{fill:var(--paper)}',
  '.head{fill:var(--ink);font-size:18px;font-weight:650;letter-spacing:-.01em}',
  '.edge{fill:none;stroke:var(--quiet);stroke-width:1.25;opacity:.55}',
  '.edge.near{stroke:var(--accent);stroke-width:1.75;opacity:1}',
  '.box{fill:var(--panel);stroke:var(--hair);stroke-width:1}',
  '.asked .box{fill:var(--wash);stroke:var(--accent);stroke-width:2}',
  '.bar{fill:var(--quiet)}',
  '.run .bar,.version .bar{fill:var(--accent)}',
  '.pass .bar,.good .bar{fill:var(--pass)}.fail .bar,.bad .bar{fill:var(--fail)}',
  '.inconclusive .bar,.error .bar,.unsure .bar{fill:var(--unsure)}',
  '.kind{fill:var(--quiet);font-size:10.5px;letter-spacing:.06em;text-transform:uppercase}',
  '.title{fill:var(--ink);font-size:14px;font-weight:600}',
  '.detail{fill:var(--quiet);font-size:11.5px}',
  '.pass .sign{fill:var(--pass)}.fail .sign{fill:var(--fail)}.inconclusive .sign,.error .sign{fill:var(--unsure)}',
].join('\n')
