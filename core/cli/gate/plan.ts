import { criteriaShape } from '../../compare-and-gate/criteria.ts'
import { planOf } from '../../compare-and-gate/plan/plan.ts'
import type { Needed } from '../../compare-and-gate/plan/shared.ts'
import { InputError } from '../../errors/errors.ts'
import { counted } from '../../main/words.ts'
import type { ModelReference } from '../../records/reference.ts'
import { defineStep } from '../../step/define-step.ts'
import { file, flag, integer, list, modelRef, name, number } from '../../step/input.ts'
import type { Look, Seen } from '../lazy-look.ts'
import { textTable } from '../text-table.ts'
import { newestGate } from './newest.ts'

export const definition = defineStep({
  id: 'plan',
  title: 'Plan the rows of a gate',
  doc: 'Says how many rows of evaluation data each criterion needs to be proven, before anyone trains anything.\n\nShares such as accuracy are planned from what is assumed: on how many rows two models disagree, and how much better than asked a model is. Other metrics need a pilot: a version that a gate judged by these criteria; how far the rows scatter is taken from there. Non-inferiority always assumes two equally good models.',
  branding: { icon: 'check-circle', color: 'green' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    model: name({ doc: 'The model. May be left out when trainyard.yml has one model.', required: true }),
    criteria: file(criteriaShape, { doc: 'The criteria file.', required: true, project: 'criteria' }),
    pilot: modelRef({
      doc: 'A version that a gate has judged, such as `name@3`; the newest gate of the champion when not given.',
    }),
    power: number({
      doc: 'The probability that a criterion is proven when what is assumed is true.',
      default: 0.8,
      min: 0.5,
      max: 0.999,
    }),
    discordance: list({
      doc: 'Shares of the rows on which exactly one of the two models is right.',
      default: '0.02, 0.05, 0.1',
    }),
    difference: list({
      doc: 'How much better than what is asked a model truly is, in shares.',
      default: '0.01, 0.02, 0.05',
    }),
    slices: integer({ doc: 'How many slices harm is looked for in, or must each be proven.', default: 20, min: 1 }),
    groups: integer({ doc: 'How many groups fairness compares.', default: 2, min: 2, max: 20 }),
    rate: list({ doc: 'Rates that all of those groups may have, as shares.', default: '0.5, 0.8, 0.95' }),
    json: flag({ doc: 'Prints JSON.', default: false }),
  },
  outputs: {},
})

type SeenHere = Seen<typeof definition>

/** Shows how many rows each criterion needs. */
export const look: Look<typeof definition> = async (seen) => {
  const { power, slices, groups, json, criteria } = seen.inputs
  const gate = (await pilotOf(seen))?.claim
  const planned = planOf(criteria.value, {
    power,
    discordances: shares(seen, 'discordance'),
    differences: shares(seen, 'difference'),
    slices,
    groups,
    rates: shares(seen, 'rate'),
    pilot: gate?.verdict.results ?? [],
  })
  if (json) return JSON.stringify(planned, undefined, 2)
  const { alpha } = criteria.value
  const share = `${Number((100 * power).toPrecision(3))} %`
  return [
    `So many rows prove a criterion in ${share} of gates, at an error probability of ${alpha}.`,
    gate === undefined
      ? 'There is no pilot: no version that a gate has judged. Only shares can be planned.'
      : `The pilot is the gate of ${gate.candidate}${gate.data === undefined ? '' : `, on ${counted(gate.data.rows, 'row')}`}.`,
    '',
    textTable(
      ['criterion', 'rows', 'if'],
      planned.map((needed, at) => row(needed, planned[at - 1])),
    ),
    '',
    'Each criterion alone passes as often as that; all of them together pass less often.',
  ].join('\n')
}

/** A criterion is named in its first line alone. */
function row({ criterion, isRequired, assumes, rows, note }: Needed, before: Needed | undefined): readonly string[] {
  return [
    criterion === before?.criterion ? '' : isRequired ? criterion : `${criterion} (informative)`,
    rows === undefined ? '?' : rows.toLocaleString('en-US'),
    note === undefined ? assumes : `${assumes} (${note})`,
  ]
}

async function pilotOf({ inputs, workspace }: SeenHere) {
  const { pilot, model } = inputs
  const reference: ModelReference = pilot ?? { kind: 'alias', model, alias: 'champion' }
  const version =
    pilot === undefined ? await workspace.models.tryResolve(reference) : await workspace.models.resolve(pilot)
  return version && newestGate(version, workspace)
}

function shares({ inputs, host }: SeenHere, input: 'discordance' | 'difference' | 'rate'): readonly number[] {
  const faults = inputs[input].flatMap((value) => {
    const share = Number(value)
    if (value.trim() !== '' && share > 0 && share < 1) return []
    const rule = 'shares between 0 and 1, such as 0.02, 0.05'
    return [{ subject: host.inputName(input), source: { kind: 'input' } as const, value, problem: 'is no share', rule }]
  })
  if (faults.length > 0) throw new InputError({ faults })
  return inputs[input].map(Number)
}
