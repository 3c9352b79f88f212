import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { report as writeReport, type Wanted } from '../../../core/cli/report/command.ts'
import { InputError } from '../../../core/errors/errors.ts'
import { emptyProject } from '../../../core/project/project.ts'
import { versionEvent } from '../../../core/records/event.ts'
import { openWorkspace } from '../../../core/workspace/open.ts'
import { memoryHost } from '../../support/memory-host.ts'
import { runCli } from '../run-cli.ts'
import { seed, type Seeded } from '../seed.ts'
import { parse } from './parse.ts'

let folder = ''
let seeded: Seeded

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trainyard-report-'))
  seeded = await seed(folder, join(folder, 'ws'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Writes a report as the command does, without a process of its own. */
async function report({
  place = 'ws',
  out = 'trainyard-report.html',
  ...other
}: Partial<Wanted> & { place?: string } = {}) {
  const host = memoryHost({ context: { folder } })
  const by = { name: 'reader', host: 'memory' } as const
  const workspace = await openWorkspace({
    url: place,
    host,
    request: 'report',
    by,
    intent: 'read',
    allowPublicFiles: false,
  })
  try {
    const wanted = { model: undefined, force: false, versions: 20, entries: 20, ...other, out: join(folder, out) }
    return await writeReport(wanted, { workspace, host, project: emptyProject(folder) })
  } finally {
    await workspace.close()
  }
}
const read = (name: string) => readFile(join(folder, name), 'utf8')

describe('trainyard report', () => {
  test('writes one file about the only model, says where, and changes nothing in the workspace', async () => {
    const ledger = async () =>
      Promise.all(
        (await readdir(join(folder, 'ws'), { recursive: true }))
          .sort()
          .map(async (name) => [name, (await stat(join(folder, 'ws', name))).mtimeMs]),
      )
    const before = await ledger()
    const { exitCode, stdout, stderr } = await runCli(['report', '--workspace', 'ws'], { cwd: folder })

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toBe('Wrote trainyard-report.html, the report about flights.\n')
    expect((await readdir(folder)).filter((name) => name.includes('report'))).toEqual(['trainyard-report.html'])
    expect(await ledger()).toEqual(before)
  })

  test('refuses a file that is no report, as every bad input', async () => {
    await writeFile(join(folder, 'mine.html'), '<p>mine</p>')
    const { exitCode, stderr } = await runCli(['report', 'flights', '--out', 'mine.html', '--workspace', 'ws'], {
      cwd: folder,
    })

    expect(exitCode).toBe(2)
    expect(stderr).toContain('exists and is no earlier report: name another file, or give --force')
    expect(await read('mine.html')).toBe('<p>mine</p>')
  })

  test('tells what the workspace remembers, and is well-formed whatever a tag holds', async () => {
    await report({ model: 'flights', out: 'deep/er/story.html' })
    const { text } = parse(await read('deep/er/story.html'))

    expect(text).toMatch(/flights@2 has been the champion since .*, in the place of flights@1/)
    expect(text).toContain(seeded.runs[1]?.id)
    expect(text).toContain('Note=\uFFFD[2J')
    expect(text).toContain('Every required criterion is proven.')
    expect(text).toContain('flights: champion moved from 1 to 2: better')
    expect(text).toContain('The whole ledger was read for this report: ')
  })

  test('tells of as many versions and entries as it is asked for, and always of the champion', async () => {
    await report({ versions: 1, entries: 1 })
    const { text, elements } = parse(await read('trainyard-report.html'))
    const rows = elements.filter(({ name, inside }) => name === 'tr' && inside.at(-1) === 'tbody')

    expect(text).toContain('The newest 1 entry, newest first')
    expect(rows).toHaveLength(2)
  })
})

describe('the file', () => {
  test('of an earlier report is replaced', async () => {
    await report({ out: 'again.html' })
    await writeFile(join(folder, 'again.html'), (await read('again.html')).replace('</main>', 'old</main>'))
    await report({ out: 'again.html' })

    expect(await read('again.html')).not.toContain('old</main>')
  })

  test('that is no report is replaced only by force', async () => {
    await writeFile(join(folder, 'notes.html'), '<p>mine</p>')

    await expect(report({ out: 'notes.html' })).rejects.toThrow(InputError)
    expect(await read('notes.html')).toBe('<p>mine</p>')

    await report({ out: 'notes.html', force: true })
    expect(await read('notes.html')).toContain('<h1>flights</h1>')
  })

  test('must not be a folder, not even by force', async () => {
    await mkdir(join(folder, 'place'), { recursive: true })

    await expect(report({ out: 'place', force: true })).rejects.toMatchObject({ faults: [{ problem: 'is a folder' }] })
  })

  test('that cannot be written is an error that says where, and leaves nothing behind', async () => {
    await writeFile(join(folder, 'file'), '')

    await expect(report({ out: 'file/below.html' })).rejects.toMatchObject({
      facts: { address: join(folder, 'file/below.html') },
    })
    expect((await readdir(folder)).filter((name) => name.startsWith('file'))).toEqual(['file'])
  })

  test('behind a link is not written: the link is replaced', async () => {
    await report({ out: 'real.html' })
    const before = await stat(join(folder, 'real.html'))
    await symlink('real.html', join(folder, 'link.html'))
    await report({ out: 'link.html' })

    expect((await lstat(join(folder, 'link.html'))).isSymbolicLink()).toBe(false)
    expect((await stat(join(folder, 'real.html'))).mtimeMs).toBe(before.mtimeMs)
  })
})

describe('a model that is not there', () => {
  test('is an error that says where it was looked for', async () => {
    await expect(report({ model: 'otters' })).rejects.toMatchObject({
      code: 'TY0205',
      details: expect.stringContaining('otters has no version in ') as string,
    })
  })

  test('is asked for where several may be meant', async () => {
    await registered('many', ['otters', 'seals'])

    await expect(report({ place: 'many' })).rejects.toMatchObject({
      faults: [{ problem: 'is missing, and there are several models', rule: 'one of otters, seals' }],
    })
    expect(await report({ place: 'many', model: 'seals' })).toBe('Wrote trainyard-report.html, the report about seals.')
  })

  test('also where there is none at all', async () => {
    await mkdir(join(folder, 'empty'), { recursive: true })

    await expect(report({ place: 'empty' })).rejects.toMatchObject({
      code: 'TY0205',
      details: expect.stringContaining('no model is registered in ') as string,
    })
  })
})

/** Registers one version of each model in a workspace of its own. */
async function registered(place: string, models: readonly string[]): Promise<void> {
  const host = memoryHost({ context: { folder } })
  const by = { name: 'tester', host: 'memory' } as const
  await writeFile(join(folder, 'model.bin'), 'bytes')
  const workspace = await openWorkspace({
    url: place,
    host,
    request: 'many',
    by,
    intent: 'write',
    allowPublicFiles: true,
  })
  try {
    const files = await workspace.files.put([{ path: 'model.bin', from: join(folder, 'model.bin') }])
    for (const model of models)
      await workspace.models.register({ model, files, tags: {}, datasets: [] }, (version) =>
        versionEvent({ type: 'model.registered', version, git: {}, at: version.createdAt }),
      )
  } finally {
    await workspace.close()
  }
}
