import type { DatasetVersion, Signature } from '../../records/model.ts'
import type { Run } from '../../records/run.ts'
import { treeSize } from '../../records/tree.ts'
import { bytes, commitText, environmentText, filesText } from '../show/run-branch.ts'
import { took } from '../show/runs.ts'
import { when } from '../text-table.ts'
import { who } from '../who.ts'
import { type CardSection, type CardTable, type Inline, rowsText } from './card.ts'
import type { CardFacts } from './facts.ts'

/** What the version is for, in the words of who registered it, and what goes in and comes out. */
export function purpose({ version }: CardFacts): CardSection {
  const { description, tags, signature, files, parent } = version
  const marks = Object.entries(tags).map(([name, value]) => `${name}=${value}`)
  return {
    title: 'Purpose',
    sentences: [description ?? 'Nobody described it when it was registered.'],
    facts: [
      ['Registered', `${when(version.createdAt)} UTC by ${who(version.by)}`],
      ['Files', filesText(files)],
      ['Digest', { code: files.digest }],
      ...optional('Tags', marks.length === 0 ? undefined : marks.join(', ')),
      ...optional('Derived from', parent),
    ],
    ...(signature === undefined ? {} : { tables: [signatureTable(signature)] }),
  }
}

function signatureTable({ inputs, outputs }: Signature): CardTable {
  const rows = (side: string, tensors: Signature['inputs']): readonly (readonly Inline[])[] =>
    tensors.map(({ name, type, shape }) => [side, { code: name }, type, shape.map(dimension).join(' × ')])
  return {
    caption: 'What goes in and what comes out',
    head: ['', 'name', 'type', 'shape'],
    rows: [...rows('input', inputs), ...rows('output', outputs)],
  }
}

function dimension(size: number): string {
  return size === -1 ? 'any' : String(size)
}

/** What it was trained on: datasets that are registered, and the files that the run read. */
export function data({ datasets, run }: CardFacts): CardSection {
  const read = run?.data ?? []
  const size = read.reduce((sum, file) => sum + file.size, 0)
  const sentences = [
    ...(datasets.length === 0 ? ['No registered dataset is named by this version.'] : []),
    read.length === 0
      ? 'No data file was declared for the training.'
      : `The training read ${read.length} ${read.length === 1 ? 'file' : 'files'} of ${bytes(size)}; the digest of each is in the run’s record.`,
  ]
  return {
    title: 'Data',
    sentences,
    ...(datasets.length === 0 ? {} : { tables: [datasetTable(datasets)] }),
  }
}

function datasetTable(datasets: readonly DatasetVersion[]): CardTable {
  return {
    caption: 'Registered datasets',
    head: ['dataset', 'what it is', 'size', 'tags', 'digest'],
    rows: datasets.map(({ name, version, description, rows, columns, files, tags }) => [
      { code: `${name}@${version}` },
      description ?? 'not described',
      [
        ...(rows === undefined ? [] : [rowsText(rows)]),
        ...(columns === undefined ? [] : [`${columns} columns`]),
        bytes(treeSize(files)),
      ].join(', '),
      Object.entries(tags)
        .map(([tag, value]) => `${tag}=${value}`)
        .join(', '),
      { code: files.digest },
    ]),
  }
}

/** How it was trained. */
export function training({ run }: CardFacts): CardSection {
  if (run === undefined) return { title: 'Training', sentences: ['It was registered by hand: no run made it.'] }
  const params = Object.entries(run.end?.params ?? {}).map(([name, value]) => `${name}=${String(value)}`)
  return {
    title: 'Training',
    facts: [
      ['Run', { code: run.id }],
      ['Trained', `${when(run.startedAt)} UTC by ${who(run.by)}, ${run.state} in ${took(run)}`],
      ['Commit', commitText(run)],
      ['Command', { code: run.command.join(' ') }],
      ['Code', filesText(run.code)],
      ['Environment', environmentText(run.environment)],
      ['Machine', `${run.machine.os} ${run.machine.arch}, ${run.machine.cpus} × ${run.machine.cpuModel}`],
      ...optional('Parameters', params.length === 0 ? undefined : params.join(', ')),
      ...optional('CI run', run.by.url),
    ],
    ...metricsTable(run),
  }
}

function metricsTable({ end }: Run): Pick<CardSection, 'tables'> {
  const rows = Object.entries(end?.metrics ?? {}).map(([name, value]) => [name, String(Number(value.toPrecision(6)))])
  if (rows.length === 0) return {}
  return { tables: [{ caption: 'Metrics as the training reported them', head: ['metric', 'value'], rows }] }
}

function optional(label: string, value: string | undefined): readonly (readonly [string, string])[] {
  return value === undefined ? [] : [[label, value]]
}
