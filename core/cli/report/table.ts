import { html, lines, type Markup, type Part } from './html.ts'

/** One column of a table. */
export interface Column {
  readonly head: string
  /** Its cells are numbers: they stand at the right, each digit under the other. */
  readonly isNumeric?: boolean
}

/** A table. The first cell of a row is its heading. */
export interface Table {
  readonly caption: string
  /** The caption is for those who cannot see that the table belongs to what is above it. */
  readonly isCaptionHidden?: boolean
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Part[])[]
}

/**
 * A table for the page. On a narrow screen its rows become blocks in which each cell has its column's heading before it; the
 * roles are written out because browsers forget that such a table is one.
 */
export function table({ caption, isCaptionHidden = false, columns, rows }: Table): Markup {
  const heads = columns.map(
    ({ head, isNumeric }) => html`<th role="columnheader" scope="col"${classOf(isNumeric)}>${head}</th>`,
  )
  return html`<table role="table">
<caption${isCaptionHidden ? html` class="unseen"` : undefined}>${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">
${lines(rows.map((row) => bodyRow(row, columns)))}
</tbody>
</table>`
}

function bodyRow(row: readonly Part[], columns: readonly Column[]): Markup {
  const [first, ...rest] = columns
  const cells = rest.map(
    ({ head, isNumeric }, at) =>
      html`<td role="cell" data-head="${head}"${classOf(isNumeric)}><div>${filled(row[at + 1])}</div></td>`,
  )
  return html`<tr role="row"><th role="rowheader" scope="row" data-head="${first?.head}"${classOf(first?.isNumeric)}>${row[0]}</th>${cells}</tr>`
}

function classOf(isNumeric: boolean | undefined): Markup | undefined {
  return isNumeric === true ? html` class="number"` : undefined
}

/** An empty cell says that it is meant to be. */
function filled(part: Part): Part {
  return part === undefined || part === '' ? html`<span class="quiet">–</span>` : part
}
