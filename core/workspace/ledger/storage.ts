/**
 * Where a ledger keeps its bytes: a folder, or a bucket. Paths are relative, with forward slashes. Every method tells its
 * failures in our words (TY0203, TY0501, TY0502).
 */
export interface LedgerStorage {
  /** Where it is, without credentials. */
  readonly url: string
  /** Whether a workspace is there. @throws ExternalError when it was and is no more; ConfigError TY0209 for a newer form. */
  isThere(): Promise<boolean>
  /** Begins a workspace where there is none. */
  prepare(): Promise<void>
  /** Undefined when nothing is there. */
  read(path: string): Promise<Buffer | undefined>
  /** The last parts of the paths directly below a folder, in any order; none when there is no such folder. */
  names(folder: string): Promise<readonly string[]>
  /** Takes a place, durably and whole, if it is empty. Of many who try at once, one does. */
  create(path: string, bytes: Buffer): Promise<'created' | 'exists'>
  /** Writes what can be made again: whole or not at all, but it may be lost. */
  replace(path: string, bytes: Buffer): Promise<void>
  /** Removes what is there, if anything is. */
  remove(path: string): Promise<void>
  /** Removes what lies below a folder, is older, and has no name that is needed. Also what writers left that died. */
  sweep(folder: string, options: { readonly ageMs: number; readonly needed: ReadonlySet<string> }): Promise<void>
}
