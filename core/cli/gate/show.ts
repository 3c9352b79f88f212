import { significant } from '../../compare-and-gate/words.ts'
import { counted } from '../../main/words.ts'
import { shortDigest } from '../../records/digest.ts'
import { defineStep } from '../../step/define-step.ts'
import { flag, modelRef } from '../../step/input.ts'
import type { Look } from '../lazy-look.ts'
import type { Criterion, Gate } from '../report/read/gate.ts'
import { harmless, textTable, when } from '../text-table.ts'
import { who } from '../who.ts'
import { newestGate } from './newest.ts'

export const definition = defineStep({
  id: 'gate',
  title: 'Show what the gate said of a version',
  doc: 'Shows the newest verdict about a version: why it passed or not, each criterion with its interval, and on which data. It is what `promote` looks at.',
  branding: { icon: 'check-circle', color: 'green' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    reference: modelRef({ doc: 'The version: `name@3`, `name@champion` or `name@latest`.', required: true }),
    json: flag({ doc: 'Prints the evidence’s predicate as JSON.', default: false }),
  },
  outputs: {},
})

/** Shows the newest verdict about a version. */
export const look: Look<typeof definition> = async ({ inputs, workspace }) => {
  const version = await workspace.models.resolve(inputs.reference)
  const found = await newestGate(version, workspace)
  const reference = `${version.model}@${version.version}`
  if (found === undefined) return inputs.json ? 'null' : `No gate has judged ${reference}.`
  const { claim: gate, record, predicate } = found
  if (inputs.json) return JSON.stringify(predicate, undefined, 2)
  const against = gate.champion === undefined ? 'without a champion' : `against ${gate.champion.reference}`
  const [opening = gate.verdict.kind, ...reasons] = gate.verdict.reasons
  const rows = gate.data === undefined ? '' : `, on ${counted(gate.data.rows, 'row')} of ${gate.data.file}`
  return [
    harmless(`${gate.verdict.kind}: ${reference} ${against}. ${opening}`),
    ...reasons.map((reason) => harmless(`- ${reason}`)),
    '',
    textTable(['criterion', 'verdict', 'candidate', 'champion', 'between'], gate.verdict.results.map(row)),
    '',
    harmless(`${when(record.at)} by ${who(record.by)}${rows}, evidence ${shortDigest(record.id)}${neededText(gate)}`),
  ].join('\n')
}

function row({ criterion, kind, isRequired, candidate, champion, interval }: Criterion): readonly string[] {
  return [
    criterion,
    isRequired ? kind : `${kind} (informative)`,
    candidate === undefined ? '' : significant(candidate),
    champion === undefined ? '' : significant(champion),
    interval === undefined ? '' : `${significant(interval.low)} … ${significant(interval.high)}`,
  ]
}

function neededText({ verdict: { needed } }: Gate): string {
  return needed === undefined ? '' : `; about ${needed.toLocaleString('en-US')} rows would decide`
}
