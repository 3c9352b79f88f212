/** A sha256 digest as it is written everywhere in Trainyard: `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}`

const form = /^sha256:[0-9a-f]{64}$/

/** Whether a text is a whole sha256 digest. */
export function isDigest(text: string): text is Digest {
  return form.test(text)
}

/** The hexadecimal part, as in-toto statements and file names want it. */
export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length)
}

/** The first twelve hexadecimal digits, for people. */
export function shortDigest(digest: Digest): string {
  return hexOf(digest).slice(0, 12)
}
