import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { raisedAt } from '../../../core/engines/python/raised-at.ts'
import { runChild } from '../../../core/engines/process/run-child.ts'

let root = ''
let folder = ''

const files = {
  'model/lib/data.py': 'def load(path):\n    with open(path) as file:\n        return file.read()\n',
  'model/train.py': 'from lib.data import load\n\nprint("epoch: 1")\nload("gone.csv")\n',
  'model/chained.py':
    'try:\n    {}["x"]\nexcept KeyError as error:\n    raise ValueError("no x:\\nsecond line") from error\n',
  'model/syntax.py': 'import broken\n',
  'model/broken.py': 'x = 1\ndef f(:\n    pass\n',
  'model/library.py': 'import json\n\njson.loads("{")\n',
  'model/.venv/lib/x.py': 'raise RuntimeError("theirs")\n',
  'model/handled.py':
    'import traceback\n\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()\nprint("done: fine")\n',
  'model/quiet.py': 'raise SystemExit(3)\n',
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'trainyard-raised-'))
  folder = join(root, 'model')
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
})
afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

/** Where Python raised, as the last lines of a real run tell. */
async function raised(...args: readonly string[]) {
  const { lastLines } = await runChild({
    command: ['python3', ...args],
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', PYTHONUNBUFFERED: '1' },
    signal: new AbortController().signal,
  })
  return raisedAt(lastLines, { folder, root })
}

describe('the place where Python raised', () => {
  test.each([
    ['train.py', 'model/lib/data.py', 2, "FileNotFoundError: [Errno 2] No such file or directory: 'gone.csv'"],
    ['chained.py', 'model/chained.py', 4, 'ValueError: no x:'],
    ['syntax.py', 'model/broken.py', 2, expect.stringMatching(/^SyntaxError: /)],
    ['broken.py', 'model/broken.py', 2, expect.stringMatching(/^SyntaxError: /)],
    ['library.py', 'model/library.py', 3, expect.stringMatching(/^json\.decoder\.JSONDecodeError: /)],
    ['handled.py', 'model/handled.py', 4, 'ZeroDivisionError: division by zero'],
  ])('of %s is %s:%i', async (script, file, line, message: unknown) => {
    expect(await raised(script)).toEqual({ file, line, message })
  })

  test('is named by absolute paths as well', async () => {
    expect(await raised(join(folder, 'library.py'))).toMatchObject({ file: 'model/library.py', line: 3 })
  })

  test('in other people’s code, in no file, or nowhere is none', async () => {
    expect(await raised('.venv/lib/x.py')).toBeUndefined()
    expect(await raised('-c', '1 / 0')).toBeUndefined()
    expect(await raised('quiet.py')).toBeUndefined()
    expect(raisedAt([], { folder, root })).toBeUndefined()
    expect(raisedAt(['loss: 0.1', 'Error: not a traceback'], { folder, root })).toBeUndefined()
  })

  test('outside the root is none', async () => {
    const lines = ['Traceback (most recent call last):', '  File "/usr/lib/x.py", line 3, in <module>', 'KeyError: 1']

    expect(raisedAt(lines, { folder, root })).toBeUndefined()
    expect(
      raisedAt([...lines.slice(0, 1), '  File "../../x.py", line 3', ...lines.slice(2)], { folder, root }),
    ).toBeUndefined()
  })

  test('is found between lines of the other stream, and in a group', () => {
    const lines = [
      'Traceback (most recent call last):',
      '  File "train.py", line 4, in <module>',
      'epoch 3 done',
      '    load("x")',
      'KeyError: 1',
      '  + Exception Group Traceback (most recent call last):',
      '  |   File "group.py", line 7, in <module>',
      '  |     raise ExceptionGroup("two", [error])',
      '  | ExceptionGroup: two (1 sub-exception)',
      '  +-+---------------- 1 ----------------',
      '    | Traceback (most recent call last):',
      '    |   File "group.py", line 5, in <module>',
      '    |   File "group.py", line 2, in one',
      '    |     raise ValueError("a: b")',
      '    | ValueError: a: b',
      '    +------------------------------------',
    ]

    expect(raisedAt(lines.slice(0, 5), { folder, root })).toEqual({
      file: 'model/train.py',
      line: 4,
      message: 'KeyError: 1',
    })
    expect(raisedAt(lines, { folder, root })).toEqual({ file: 'model/group.py', line: 2, message: 'ValueError: a: b' })
  })
})
