import { plain, table } from '../../main/markdown.ts'
import type {
  ConfusedPair,
  Confusion,
  Count,
  FlipShape,
  GateShape,
  NamedFlips,
  OneVsRest,
  RocCurve,
  Sides,
} from '../../records/gate-shape.ts'
import { significant } from '../words.ts'
import { flipsSentence } from './words.ts'

/** What both models are called. */
export interface Names {
  readonly candidate: string
  readonly champion: string | undefined
}

/**
 * How both models behave, for the page of a run: what flipped in a sentence, the rest folded. A host that knows no folding shows it
 * all; tables are all that both hosts draw.
 */
export function shapeSummary(shape: GateShape, names: Names): string {
  const { flips, confusion, confused, roc, oneVsRest } = shape
  const parts = [
    ...(flips === undefined ? [] : flipTables(flips)),
    ...(confusion === undefined ? [] : confusionTables(confusion, names)),
    ...(confused === undefined || confused.length === 0 ? [] : [confusedTable(confused, names)]),
    ...(oneVsRest === undefined ? [] : classAreas(oneVsRest, names)),
  ]
  const lines = [flips === undefined ? '' : plain(flipsSentence(flips)), roc === undefined ? '' : areas(roc)]
  const title = flips === undefined ? 'What is taken for what' : 'What flipped, and what is taken for what'
  const folded = [`<details><summary>${title}</summary>`, ...parts, '</details>']
  return [...lines, ...(parts.length === 0 ? [] : folded)].filter((part) => part !== '').join('\n\n')
}

function areas({ candidate, champion }: Sides<RocCurve>): string {
  const other = champion === undefined ? '' : `, the champion’s ${significant(champion.auc)}`
  return `The area under the ROC curve is ${significant(candidate.auc)}${other}. \`trainyard report\` draws the curves.`
}

function classAreas({ classes, others }: OneVsRest, { candidate, champion }: Names): readonly string[] {
  const more = others === 0 ? '' : ` ${others} more ${others === 1 ? 'class has' : 'classes have'} none.`
  return [
    `The area under the ROC curve of each class against all others; \`trainyard report\` draws the curves.${more}`,
    table(
      ['class', 'rows', plain(candidate), ...(champion === undefined ? [] : [plain(champion)])],
      classes.map(({ name, n, roc }) => [
        plain(name),
        shown(n),
        significant(roc.candidate.auc),
        ...(champion === undefined ? [] : [roc.champion === undefined ? '–' : significant(roc.champion.auc)]),
      ]),
    ),
  ]
}

function flipTables({ byClass = [], bySlice = [] }: FlipShape): readonly string[] {
  const groups = [
    { title: 'class', rows: byClass },
    ...bySlice.map(({ column, slices }) => ({ title: column, rows: slices })),
  ]
  return groups.flatMap(({ title, rows }) => {
    const told = rows.filter(({ gained }) => gained !== null)
    if (told.length === 0) return []
    return [table([plain(title), 'rows', 'right now, wrong before', 'wrong now, right before'], told.map(flipRow))]
  })
}

function flipRow({ name, n, gained, lost }: NamedFlips): readonly string[] {
  return [plain(name), shown(n), shown(gained), shown(lost)]
}

/** Side by side where they fit into one table, else one below the other. */
function confusionTables({ classes, candidate, champion, weighted }: Confusion, names: Names): readonly string[] {
  const all = [...candidate, ...(champion ?? [])].flat()
  if (all.every((cell) => cell === null))
    return ['The confusion matrices are withheld: too many of their cells have fewer than ten rows.']
  const note = all.includes(null)
    ? ['–: withheld, because the cell has fewer than ten rows, or would tell of one that has.']
    : []
  const sides = [
    { name: names.candidate, matrix: cellsOf(candidate, weighted?.candidate) },
    ...(champion === undefined
      ? []
      : [{ name: names.champion ?? 'champion', matrix: cellsOf(champion, weighted?.champion) }]),
  ]
  const groups = classes.length <= 4 ? [sides] : sides.map((side) => [side])
  const tables = groups.map((group) =>
    table(
      ['true class', ...group.flatMap(({ name }) => classes.map((one) => `${plain(name)}: ${plain(one)}`))],
      classes.map((one, truth) => [plain(one), ...group.flatMap(({ matrix }) => matrix[truth] ?? [])]),
    ),
  )
  const title =
    weighted === undefined
      ? 'What each true class is taken for:'
      : 'What each true class is taken for: rows, and the share of the class by the weights of the rows.'
  return [title, ...tables, ...note]
}

type Cells = readonly (readonly Count[])[]

/** Each count as it is written, with the share by weight where there is one. */
function cellsOf(matrix: Cells, shares: Cells | undefined): readonly (readonly string[])[] {
  return matrix.map((row, truth) =>
    row.map((count, said) => {
      const share = shares?.[truth]?.[said]
      return typeof share === 'number' ? `${shown(count)} (${Math.round(100 * share)} %)` : shown(count)
    }),
  )
}

function confusedTable(pairs: readonly ConfusedPair[], { candidate, champion }: Names): string {
  return table(
    ['true class', 'taken for', plain(candidate), ...(champion === undefined ? [] : [plain(champion)])],
    pairs.map((pair) => [
      plain(pair.truth),
      plain(pair.predicted),
      shown(pair.candidate),
      ...(champion === undefined ? [] : [shown(pair.champion ?? null)]),
    ]),
  )
}

function shown(count: Count): string {
  return count === null ? '–' : count.toLocaleString('en-US')
}
