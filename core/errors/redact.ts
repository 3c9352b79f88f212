/** Shorter strings are words rather than secrets: hiding them would make logs unreadable and give the secret away. */
const shortestSecret = 4

/**
 * Replaces secrets by `***` in every text that leaves the process. Each secret is known in the forms in which it
 * travels: as it is, line by line, base64 (both alphabets, at each of the three byte offsets at which it can stand in a
 * longer text, such as `user:token`), URL-encoded, and as the inside of a JSON string.
 */
export class Redactor {
  readonly #forms = new Set<string>()
  #pattern: RegExp | undefined

  /** Adds a secret in all its forms. Empty and very short strings are ignored. */
  add(secret: string): void {
    for (const part of [secret, ...secret.split(/\r?\n/)]) {
      if (part.trim().length < shortestSecret) continue
      for (const form of formsOf(part)) this.#forms.add(form)
    }
    this.#pattern = undefined
  }

  /** The text without secrets. */
  redact(text: string): string {
    if (this.#forms.size === 0) return text
    this.#pattern ??= new RegExp(
      [...this.#forms]
        .sort((a, b) => b.length - a.length)
        .map(escapePattern)
        .join('|'),
      'g',
    )
    return text.replace(this.#pattern, '***')
  }

  /** Every form that is hidden, for hosts whose runner masks by itself. */
  forms(): readonly string[] {
    return [...this.#forms]
  }
}

/** All forms in which a secret can appear in a text. */
function formsOf(secret: string): readonly string[] {
  const percent = encodeURIComponent(secret)
  const forms = new Set([secret, percent, percent.replaceAll('%20', '+'), JSON.stringify(secret).slice(1, -1)])
  for (const offset of [0, 1, 2]) {
    const form = base64At(secret, offset)
    forms.add(form)
    forms.add(form.replaceAll('+', '-').replaceAll('/', '_'))
  }
  return [...forms].filter((form) => form.length >= shortestSecret)
}

/** The characters of a base64 text that depend on the secret alone when it begins at this byte offset modulo 3. */
function base64At(secret: string, offset: number): string {
  const bytes = Buffer.from(secret, 'utf8')
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replaceAll('=', '')
  const first = offset === 0 ? 0 : offset + 1
  const last = Math.floor(((offset + bytes.length) * 8) / 6)
  return encoded.slice(first, last)
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)
}
