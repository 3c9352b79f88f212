import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { addInputs } from '../../core/cli/options.ts'
import { InputError } from '../../core/errors/errors.ts'
import { listKind } from '../../core/step/kinds/collections.ts'
import { sample } from '../gen/sample.ts'

/** What the arguments give, by input. */
function given(...args: string[]): Record<string, string> {
  const texts = new Map<string, string>()
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined })
  addInputs(command, sample, { given: texts, without: ['projectFile'], positional: ['file'] })
  command.parse(args, { from: 'user' })
  return Object.fromEntries(texts)
}

describe('options', () => {
  test('give texts by the names of the inputs, as they were written', () => {
    expect(given('--batch-size', ' 07 ', '--command', '-x "y"', '--note', '')).toEqual({
      batchSize: ' 07 ',
      command: '-x "y"',
      note: '',
    })
  })

  test('that are flags are true without a value, and take one', () => {
    expect(given('--loud', '--keep', 'false')).toEqual({ loud: 'true', keep: 'false' })
    expect(given('--loud=no')).toEqual({ loud: 'no' })
  })

  test('of lists add up, and mean the same in one option as in several', () => {
    const once = given('--tags', 'A=1,B=2')
    const twice = given('--tags', 'A=1', '--tags', 'B=2')

    expect(twice).toEqual({ tags: 'A=1\nB=2' })
    expect(listKind.parse(once['tags'] ?? '', { folder: '' })).toEqual({ ok: true, value: ['A=1', 'B=2'] })
    expect(given('--tags', 'A=1,B=2', '--tags', 'C=3')).toEqual({ tags: 'A=1\nB=2\nC=3' })
    expect(given('--tags', 'A=1, still A\nB=2')).toEqual({ tags: 'A=1, still A\nB=2' })
  })

  test('are known by their earlier names, under which core/main looks for them', () => {
    expect(given('--challenger', 'm@1')).toEqual({ challenger: 'm@1' })
  })

  test('may be left out for the one input that needs no name', () => {
    expect(given('a.txt')).toEqual({ file: 'a.txt' })
    expect(given('--file', 'a.txt')).toEqual({ file: 'a.txt' })
    expect(() => given('a.txt', '--file', 'b.txt')).toThrow(InputError)
  })

  test('are not offered for inputs that a command does not have', () => {
    expect(() => given('--project-file', 'x')).toThrow("unknown option '--project-file'")
  })
})
