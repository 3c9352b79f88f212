/**
 * Tells the agent to mask a text. Written here and not by the task library, since it has to happen before that is imported; and
 * the library refuses texts of several lines, of which the agent sees each line alone anyway.
 */
export function announceSecret(form: string): void {
  if (/[\r\n]/.test(form)) return
  process.stdout.write(`##vso[task.setsecret]${form.replaceAll('%', '%AZP25')}\n`)
}
