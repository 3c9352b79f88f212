import { harmless } from './text-table.ts'

/** A line with what belongs to it. */
export interface Branch {
  readonly text: string
  readonly below?: readonly Branch[]
}

/** A tree for a terminal, its root first. */
export function textTree({ text, below = [] }: Branch): string {
  return [harmless(text), ...below.flatMap((branch, at) => lines(branch, at === below.length - 1))].join('\n')
}

function lines(branch: Branch, isLast: boolean): readonly string[] {
  const [first = '', ...rest] = textTree(branch).split('\n')
  return [`${isLast ? '└─ ' : '├─ '}${first}`, ...rest.map((line) => `${isLast ? '   ' : '│  '}${line}`)]
}
