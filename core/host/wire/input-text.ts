import { InputError } from '../../errors/errors.ts'

/** An input's text as all hosts give it: without white space at both ends, and undefined where nothing is left. */
export function inputText(raw: string | undefined): string | undefined {
  const text = raw?.trim()
  return text === '' ? undefined : text
}

/**
 * Azure leaves a reference to a variable that does not exist in the text: `$(name)`, or `$[…]` over the whole value. Taken as a
 * value it would silently be wrong; nothing here runs a shell, so it never means anything else.
 *
 * @param subject The input as its author writes it.
 * @throws InputError that names the input and the variable.
 */
export function refuseUndefinedVariable(subject: string, text: string): void {
  const macro = /\$\(([A-Za-z_][\w.\- ]*)\)/.exec(text)
  const expression = /^\$\[(.*)\]$/s.exec(text)
  if (macro === null && expression === null) return
  const problem =
    macro === null
      ? `holds the runtime expression $[${expression?.[1] ?? ''}], which Azure Pipelines did not evaluate here`
      : `refers to the variable ${macro[1] ?? ''}, which is not defined in this job`
  throw new InputError({
    faults: [
      {
        subject,
        source: { kind: 'input' },
        problem,
        rule: 'a value, or a variable that is defined (a secret variable is mapped by its name, and a fork may not see it)',
      },
    ],
  })
}
