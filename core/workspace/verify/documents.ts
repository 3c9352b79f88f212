import type { View } from '../ledger/ledger.ts'

/** The keys of documents that do not say what the entries say, in order. */
export async function differingDocuments<Change>(
  view: View<Change>,
  expected: ReadonlyMap<string, unknown>,
): Promise<readonly string[]> {
  const found = await view.docs('')
  const keys = new Set([...expected.keys(), ...found.keys()])
  return [...keys].filter((key) => JSON.stringify(found.get(key)) !== JSON.stringify(expected.get(key))).sort()
}
