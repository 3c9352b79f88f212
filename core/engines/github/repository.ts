/** A repository of GitHub, as its API takes it. */
export interface Repository {
  readonly owner: string
  readonly repo: string
}

/** Reads `owner/name`; undefined when the text is neither more nor less than that. */
export function parseRepository(text: string): Repository | undefined {
  const [owner, repo, ...more] = text.split('/')
  if (owner === undefined || owner === '' || repo === undefined || repo === '' || more.length > 0) return undefined
  return { owner, repo }
}
