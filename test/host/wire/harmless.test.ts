import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { harmless, linesOf } from '../../../core/host/wire/harmless.ts'
import { parseAgentCommand } from '../../support/agent-commands.ts'
import { knownCommands, parseRunnerCommand } from '../../support/runner-commands.ts'

const registered = new Set(knownCommands)

/** Texts that are likely to be commands. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom('::', ':', '#', '##', '##[', '[', ']', '##vso', 'vso[', '\r', '\n', '\r\n', ' ', '\t', '\u0085'),
      fc.constantFrom('error', 'set-output', 'stop-commands', 'task.complete', 'result=Succeeded;', ' ', '%0A'),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

describe('a harmless text', () => {
  test('holds no command that the GitHub runner or the Azure agent would obey', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const line of linesOf(harmless(text))) {
          expect(parseRunnerCommand(line, registered)).toBeUndefined()
          expect(parseAgentCommand(line)).toBeUndefined()
          // The agent warns of these words alone.
          expect(line).not.toContain('##vso')
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('stays harmless when it is made harmless again', () => {
    fc.assert(fc.property(hostile, (text) => harmless(harmless(text)) === harmless(text)))
  })

  test.each([
    ['::error::x', ':_:error::x'],
    ['  ::error::x', '  :_:error::x'],
    ['a ##[group]b', 'a ##_[group]b'],
    ['##vso[task.complete]', '##_vso[task.complete]'],
    ['std::vector<int>', 'std::vector<int>'],
    ['# heading ## two', '# heading ## two'],
    ['a\r\nb\rc', 'a\nb\nc'],
  ])('%j becomes %j', (text, expected) => {
    expect(harmless(text)).toBe(expected)
  })
})
