import { type Tree, treeSize } from '../records/tree.ts'

/** How many of something, for people: `1 file`, `3,000 rows`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}

/** A tree in numbers, for people: `3 files, 1,234 bytes`. */
export function sized(tree: Tree): string {
  return `${counted(tree.files.length, 'file')}, ${counted(treeSize(tree), 'byte')}`
}
