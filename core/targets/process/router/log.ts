/** Tells one event of a router's life: names and numbers, never what a client sent or was answered. */
export type RouterLog = (event: string, facts?: Readonly<Record<string, string | number | undefined>>) => void

/** Writes each event as one line of JSON to the log, which is this process's standard output. */
export const writeLog: RouterLog = (event, facts = {}) => {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`)
}
