/** The beginning of a text that fits into this many UTF-16 units together with the note; the text itself where it fits. */
export function fitText(text: string, longest: number, note: string): string {
  if (text.length <= longest) return text
  return `${wholeCharacters(text.slice(0, longest - note.length))}${note}`
}

/** The beginning of a text that takes no more than this many bytes of UTF-8, and then the note; the text itself where it fits. */
export function fitBytes(text: string, roomBytes: number, note: string): string {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length <= roomBytes) return text
  // A character that was cut in two decodes to U+FFFD.
  return `${bytes
    .subarray(0, roomBytes)
    .toString('utf8')
    .replace(/\uFFFD+$/, '')}${note}`
}

function wholeCharacters(text: string): string {
  return /[\uD800-\uDBFF]$/.test(text) ? text.slice(0, -1) : text
}
