/** What HTML obeys, and what stands for it. */
const obeyed: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Characters that no page may hold (control characters, halves of surrogate pairs, non-characters) and those that turn the
 * direction of what follows them, by which a name could be made to read as another.
 */
const unfit =
  /[^\t\n\r\u0020-\u007E\u00A0-\uD7FF\uE000-\uFDCF\uFDF0-\uFFFD\u{10000}-\u{10FFFF}]|[\u202A-\u202E\u2066-\u2069]/gu

/**
 * Makes any text harmless between the tags of a page and inside a quoted attribute. This is the only way in which text enters
 * a report.
 */
export function escape(text: string): string {
  return text.replaceAll(unfit, '\uFFFD').replaceAll(/[&<>"']/g, (character) => obeyed[character] ?? '')
}
