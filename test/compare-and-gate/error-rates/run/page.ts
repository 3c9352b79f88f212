/**
 * A page with new lines between the markers `<!-- sim:gate <name> -->` and `<!-- end -->`.
 * @throws Error where the page has no such markers.
 */
export function filled(page: string, name: string, lines: readonly string[]): string {
  const start = `<!-- sim:gate ${name} -->\n`
  const from = page.indexOf(start)
  const to = page.indexOf('<!-- end -->', from)
  if (from < 0 || to < 0)
    throw new Error(`the page has no place for the table "${name}": ${start.trim()} … <!-- end -->`)
  return `${page.slice(0, from)}${start}\n${lines.join('\n')}\n\n${page.slice(to)}`
}
