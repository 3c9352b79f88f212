/** `main` → `refs/heads/main`; a whole ref stays as it is. */
export function wholeRef(branchOrRef: string): string {
  return branchOrRef.startsWith('refs/') ? branchOrRef : `refs/heads/${branchOrRef}`
}

/** A branch as people write it; other refs stay whole. */
export function shortRef(ref: string): string {
  return ref.replace(/^refs\/heads\//, '')
}

/**
 * Whether a ref is meant by a pattern as trigger rules write it: a branch or, from `refs/` on, a whole ref, in which `*`
 * stands for any characters but `/`, and `**` for any at all. Everything else stands for itself, upper and lower case.
 */
export function matchesRef(pattern: string, ref: string): boolean {
  const source = wholeRef(pattern)
    .split(/(\*+)/)
    .map((part) =>
      part === '*' ? '[^/]*' : /^\*+$/.test(part) ? '.*' : part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'),
    )
    .join('')
  return new RegExp(`^${source}$`, 's').test(wholeRef(ref))
}
