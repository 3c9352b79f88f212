import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createGitPlace, type GitTestPlace, inside } from '../places.ts'
import { keep, register, trail } from '../records.ts'

/** The host refuses pushes to refs that begin with a text, in its own words. */
function refuse({ bare }: GitTestPlace, ref: string, words: string): void {
  const lines = [
    '#!/bin/sh',
    'while read -r before after ref; do',
    `  case "$ref" in ${ref}*)`,
    `  echo ${JSON.stringify(words)} >&2`,
    '  exit 1 ;; esac',
    'done',
  ]
  writeFileSync(join(bare, 'hooks', 'pre-receive'), `${lines.join('\n')}\n`, { mode: 0o755 })
}

function registerOne(place: GitTestPlace, text: string) {
  return inside(place, async (workspace) => register(workspace, await keep(workspace, place.folder, text)))
}

describe('a remote that takes a push and hangs up before it answers', () => {
  test.each([
    ['the first push', 1],
    ['every other push', 2],
    ['several in a row', 3],
  ])('has what it took, once: %s', async (_, pushesToCut) => {
    await using place = await createGitPlace()
    await registerOne(place, 'the first')
    place.server.pushesToCut = pushesToCut

    const { version, isNew } = await registerOne(place, 'the second')

    expect({ version: version.version, isNew }).toEqual({ version: 2, isNew: true })
    expect(place.server.pushesToCut).toBe(0)
    await inside(place, async (workspace) => {
      expect(await workspace.models.versions('flights')).toHaveLength(2)
      expect(await workspace.outbox.pending('x')).toHaveLength(2)
      expect(await trail(workspace)).toHaveLength(2)
      await workspace.files.read(version.files.files[0]?.digest ?? 'sha256:')
    })
  })
})

const branch = 'refs/heads/'
const files = 'refs/trainyard/'

describe.concurrent.each([
  {
    host: 'a host whose branch is protected',
    ref: branch,
    words: 'error: GH006: Protected branch update failed for refs/heads/trainyard.',
    advice: /the branch trainyard is Trainyard's own: .*\n.*workspace: "git:#another-branch"/,
  },
  {
    host: 'a host for which a file is too large',
    ref: files,
    words: "error: GH001: Large files detected. File model.onnx exceeds GitHub's file size limit of 100.00 MB",
    advice: /a file is larger than the host takes.*\n.*workspace:\n.*url: "git:"\n.*blobs: "s3:/,
  },
  {
    host: 'a host that takes branches and tags only',
    ref: files,
    words: 'deny updating a hidden ref',
    advice: /takes no refs but branches and tags.*\n.*\n.*\n.*blobs:/,
  },
])('$host', ({ ref, words, advice }) => {
  test('refuses, and the error says what to change, in its words too; nothing is recorded', async () => {
    await using place = await createGitPlace()
    await registerOne(place, 'the first')
    refuse(place, ref, words)

    const failure: unknown = await registerOne(place, 'the second').catch((error: unknown) => error)

    expect(failure).toMatchObject({ code: 'TY0203', exitCode: 2 })
    expect(String(failure)).toContain(words)
    expect(String(failure)).toMatch(advice)
    await inside(place, async (workspace) => {
      expect(await workspace.models.versions('flights')).toHaveLength(1)
      expect(await trail(workspace)).toHaveLength(1)
    })
  })
})
