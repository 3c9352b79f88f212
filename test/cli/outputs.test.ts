import { expect, test } from 'vitest'
import { writeOutputs } from '../../core/cli/outputs.ts'

const outputs = new Map([
  ['verdict', 'pass'],
  ['results', `[${'x'.repeat(5_000)}]`],
])

function shown(isTTY: boolean): string {
  let text = ''
  const stdout = { isTTY, write: (more: string) => (text += more) }
  writeOutputs({ stdout, file: undefined, clean: (one) => one.replaceAll('x', 'y') }, outputs)
  return text
}

test('outputs are whole where they are piped on', () => {
  expect(shown(false)).toBe(`verdict  pass\nresults  [${'y'.repeat(5_000)}]\n`)
})

test('a long output is cut on a terminal, which says how to get all of it', () => {
  expect(shown(true)).toBe(
    `verdict  pass\nresults  [${'y'.repeat(239)}… (5,002 characters; --output-file keeps them)\n`,
  )
})
