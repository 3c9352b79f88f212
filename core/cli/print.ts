/** Prints a text with a line end. A reader that closes the pipe early (`| head`) has seen enough: that is no failure. */
export function print(text: string): void {
  process.stdout.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}
