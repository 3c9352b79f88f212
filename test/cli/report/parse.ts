/** One start tag of a page, with its attributes as a reader would have them. */
export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  /** The names of the elements around it, outermost first. */
  readonly inside: readonly string[]
}

/** A page that was read strictly. */
export interface Page {
  readonly elements: readonly Element[]
  /** All text outside of tags, in order; that of style sheets is left out. */
  readonly text: string
}

const pattern =
  /<!DOCTYPE html>|<(?<close>\/)?(?<name>[a-zA-Z][a-zA-Z0-9]*)(?<attributes>(?:\s+[a-zA-Z][a-zA-Z0-9:-]*="[^"<]*")*)\s*(?<self>\/)?>|(?<text>[^<]+)/y
const attribute = /([a-zA-Z][a-zA-Z0-9:-]*)="([^"]*)"/g
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
// What XML 1.0 allows (production 2), and nothing that turns the direction of text.
const fit = /^[\t\n\r\u0020-\u007E\u00A0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u

/** Reads a page as strictly as XML: every tag closed in order, every attribute quoted and given once, no stray character. */
export function parse(source: string): Page {
  if (!fit.test(source)) throw new Error('the page holds a character that no page may hold')
  const elements: Element[] = []
  const open: string[] = []
  let text = ''
  pattern.lastIndex = 0
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex
    const found = pattern.exec(source)
    if (found === null) throw new Error(`not well-formed at ${at}: ${source.slice(at, at + 80)}`)
    const { close, name, attributes = '', self, text: words } = found.groups ?? {}
    if (words !== undefined) {
      if (open.at(-1) !== 'style') text += resolved(words)
    } else if (name !== undefined && close !== undefined) {
      const last = open.pop()
      if (last !== name) throw new Error(`</${name}> closes <${String(last)}>`)
    } else if (name !== undefined) {
      elements.push({ name, attributes: read(attributes, name), inside: [...open] })
      if (self === undefined) open.push(name)
    }
  }
  if (open.length > 0) throw new Error(`<${open.join('><')}> is not closed`)
  return { elements, text }
}

function read(source: string, name: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [, key = '', value = ''] of source.matchAll(attribute)) {
    if (found.has(key)) throw new Error(`<${name}> has ${key} twice`)
    found.set(key, resolved(value))
  }
  return found
}

function resolved(text: string): string {
  return text.replaceAll(/&([^;]{0,10});|&/g, (whole, name: string | undefined) => {
    const character = name === undefined ? undefined : entities[name]
    if (character === undefined) throw new Error(`${whole} is no entity`)
    return character
  })
}
