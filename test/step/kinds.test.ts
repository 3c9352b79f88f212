import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Kind } from '../../core/step/kind.ts'
import { commandKind, keyValuesKind, listKind } from '../../core/step/kinds/collections.ts'
import { fileKind, globKind, pathKind } from '../../core/step/kinds/files.ts'
import { durationKind, integerKind, numberKind } from '../../core/step/kinds/numbers.ts'
import { choiceKind, digestKind, flagKind, nameKind, textKind, urlKind } from '../../core/step/kinds/plain.ts'
import { connectionKind, modelRefKind, secretKind } from '../../core/step/kinds/references.ts'

const door = { folder: '/repository' }
const digest = `sha256:${'a'.repeat(64)}`

const allKinds: readonly Kind<unknown>[] = [
  textKind,
  nameKind,
  flagKind,
  choiceKind(['a', 'b']),
  digestKind,
  urlKind,
  integerKind({ min: 1 }),
  numberKind({}),
  durationKind,
  listKind,
  keyValuesKind,
  commandKind,
  modelRefKind,
  secretKind,
  connectionKind,
  pathKind,
  globKind,
]

test.each(allKinds.map((kind) => [kind.name, kind] as const))('the example of %s is accepted', async (_, kind) => {
  expect(await kind.parse(kind.example, door)).toMatchObject({ ok: true })
})

describe('accepted', () => {
  test.each([
    [flagKind, 'yes', true],
    [flagKind, 'TRUE', true],
    [flagKind, 'Off', false],
    [integerKind({ min: 1, max: 9 }), '9', 9],
    [integerKind({}), '-3', -3],
    [numberKind({}), '1e-3', 0.001],
    [numberKind({}), '.5', 0.5],
    [durationKind, '1h30m', 5_400_000],
    [durationKind, '250ms', 250],
    [listKind, 'a, b ,,c', ['a', 'b', 'c']],
    [listKind, 'a, b\nc\r\n', ['a, b', 'c']],
    [keyValuesKind, 'a=1\nb = x=y', { a: '1', b: 'x=y' }],
    [
      commandKind,
      `python train.py --name "two words" '$HOME' a\\ b`,
      ['python', 'train.py', '--name', 'two words', '$HOME', 'a b'],
    ],
    [commandKind, 'echo $(whoami) `id` * ; rm -rf', ['echo', '$(whoami)', '`id`', '*', ';', 'rm', '-rf']],
    [digestKind, digest, digest],
    [modelRefKind, 'flights@3', { kind: 'version', model: 'flights', version: 3 }],
    [modelRefKind, 'flights@champion', { kind: 'alias', model: 'flights', alias: 'champion' }],
    [modelRefKind, 'flights@latest', { kind: 'latest', model: 'flights' }],
    [modelRefKind, 'run:r-12ab', { kind: 'run', run: 'r-12ab' }],
    [pathKind, 'model/', '/repository/model'],
    [globKind, 'model/**, !model/*.log', ['model/**', '!model/*.log']],
  ] as const)('%o of %s', async (kind, text, value) => {
    expect(await (kind as Kind<unknown>).parse(text, door)).toEqual({ ok: true, value })
  })
})

describe('refused, with a clause that continues the name of the input', () => {
  test.each([
    [flagKind, 'ja', 'is neither true nor false'],
    [choiceKind(['fail', 'warn']), 'Fail', 'is not a choice'],
    [integerKind({}), '1.0', 'is not a whole number'],
    [integerKind({}), '12abc', 'is not a whole number'],
    [integerKind({}), '99999999999999999999', 'is not a whole number'],
    [integerKind({ min: 1 }), '0', 'is below 1'],
    [numberKind({ max: 1 }), '1.01', 'is above 1'],
    [numberKind({}), 'NaN', 'is not a number'],
    [numberKind({}), '0x10', 'is not a number'],
    [durationKind, '10', 'is not a duration'],
    [durationKind, '0s', 'is not a positive duration'],
    [keyValuesKind, 'a', 'has "a", which is not Name=Value'],
    [keyValuesKind, 'a=1,a=2', 'names "a" twice'],
    [commandKind, `echo "open`, 'cannot be split into words (Got EOF while in a quoted string)'],
    [commandKind, '   ', 'names no program'],
    [digestKind, 'sha256:AB', 'is not a digest'],
    [urlKind, 'ftp://example.com', 'has the scheme ftp:'],
    [urlKind, 'https://me:secret@example.com', 'holds credentials; use a secret input for them'],
    [modelRefKind, 'flights@0', 'is not a model reference'],
    [modelRefKind, 'a@b@c', 'is not a model reference'],
    [modelRefKind, 'run:../x', 'is not a model reference'],
    [nameKind, '../x', 'is not a name'],
    [globKind, '../../etc/*', 'has "../../etc/*", which leaves the repository'],
  ] as const)('%o of %s', async (kind, text, problem) => {
    expect(await (kind as Kind<unknown>).parse(text, door)).toEqual({ ok: false, problem })
  })
})

describe('a file of a shape', () => {
  const kind = fileKind(z.strictObject({ alpha: z.number(), names: z.array(z.string()) }))

  async function parse(content: string) {
    const folder = await mkdtemp(join(tmpdir(), 'kinds-'))
    await writeFile(join(folder, 'criteria.yml'), content)
    return kind.parse('criteria.yml', { folder })
  }

  test('is read, with the digest of its bytes', async () => {
    const parsed = await parse('alpha: 0.05\nnames: [a]\n')

    expect(parsed).toMatchObject({ ok: true, value: { value: { alpha: 0.05, names: ['a'] } } })
  })

  test('has all its faults reported at their lines and columns', async () => {
    const parsed = await parse('alpha: high\nnames:\n  - a\n  - 7\nextra: 1\n')

    const faults = !parsed.ok && 'faults' in parsed ? parsed.faults : []
    expect(faults.map(({ subject, source }) => [subject, source])).toEqual([
      ['alpha', { kind: 'file', file: 'criteria.yml', line: 1, column: 1 }],
      ['names.1', { kind: 'file', file: 'criteria.yml', line: 4, column: 5 }],
      ['extra', { kind: 'file', file: 'criteria.yml', line: 5, column: 1 }],
    ])
  })

  test('that is no YAML is a fault at the place where it stops making sense', async () => {
    const parsed = await parse('alpha: 1\nnames: "a\n')

    expect(parsed).toMatchObject({ ok: false, faults: [{ source: { file: 'criteria.yml', line: 3 } }] })
  })

  test('that is missing is a problem', async () => {
    expect(await kind.parse('absent.yml', { folder: tmpdir() })).toMatchObject({
      ok: false,
      problem: expect.stringContaining('no such file') as string,
    })
  })
})
