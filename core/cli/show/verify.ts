import { readFile, writeFile } from 'node:fs/promises'
import { ExternalError, InputError } from '../../errors/errors.ts'
import { defineStep, type InputsOf } from '../../step/define-step.ts'
import { flag, list, path } from '../../step/input.ts'
import type { Token } from '../../workspace/ledger/ledger.ts'
import type { Verification } from '../../workspace/verify/finding.ts'
import { parsePin, pinText } from '../../workspace/verify/pin.ts'
import type { Look, Seen } from '../lazy-look.ts'
import { showVerification, verifyNow } from './verification.ts'

export const definition = defineStep({
  id: 'verify',
  title: 'Find what was changed, cut off or lost',
  doc: 'Reads every entry, every document that was made from them and every byte of every file that a record refers to, and names all that is not as it was written: a changed or missing entry, a forged checkpoint or document, a changed or missing file. It goes on behind what it finds, changes nothing, and ends with an error when there is anything.\n\nA ledger whose newest entries were cut off, or that was written anew as a whole, agrees with itself. Whoever keeps its head outside of it (a tag, a file, the output of a step) finds that, too: give it with `--head` or `--head-file`.',
  branding: { icon: 'shield', color: 'blue' },
  permissions: { contents: 'read' },
  workspace: 'read',
  inputs: {
    head: list({ doc: 'Entries that were pinned, `41:sha256:2c26…`: they must be there, and be the same.' }),
    headFile: path({ doc: 'A file with pinned entries, one a line.' }),
    pin: path({ doc: 'Writes the head into this file when nothing is wrong.' }),
    quick: flag({ doc: 'Leaves out the bytes of files.', default: false }),
    json: flag({ doc: 'Prints JSON; its `pin` is the head to keep.', default: false }),
  },
  outputs: {},
})

type Verify = Pick<Seen<typeof definition>, 'host'> & {
  readonly inputs: Pick<InputsOf<typeof definition>, 'head' | 'headFile'>
}

/** Verifies a workspace and pins its head. */
export const look: Look<typeof definition> = async ({ inputs, workspace, host }) => {
  const pins = await pinsOf({ inputs, host })
  const verification = await verifyNow(workspace, host, { pins, isQuick: inputs.quick })
  if (inputs.pin !== undefined) await writePin(inputs.pin, verification)
  return showVerification(verification, inputs.json)
}

async function pinsOf({ inputs, host }: Verify): Promise<readonly Token[]> {
  const { head = [], headFile } = inputs
  const inFile = headFile === undefined ? [] : await linesOf(headFile, host.inputName('headFile'))
  const given = [
    ...head.map((text) => ({ text, subject: host.inputName('head') })),
    ...inFile.map((text) => ({ text, subject: host.inputName('headFile') })),
  ]
  return given.map(({ text, subject }) => {
    const pin = parsePin(text)
    if (pin !== undefined) return pin
    const rule = 'a place and a digest, as `trainyard verify` prints them'
    throw refused({ subject, value: text, problem: 'is no head of a ledger', rule })
  })
}

async function linesOf(file: string, subject: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw refused({ subject, value: file, problem: 'cannot be read' }, cause)
  })
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  // An empty file would otherwise look like a check that was made.
  if (lines.length === 0) throw refused({ subject, value: file, problem: 'holds no head' })
  return lines
}

async function writePin(file: string, { head, findings }: Verification): Promise<void> {
  if (head === undefined || findings.length > 0) return
  await writeFile(file, `${pinText(head)}\n`).catch((cause: unknown) => {
    throw new ExternalError({ facts: { operation: 'write the head', address: file }, cause })
  })
}

function refused(
  fault: { readonly subject: string; readonly value: string; readonly problem: string; readonly rule?: string },
  cause?: unknown,
): InputError {
  return new InputError({ faults: [{ source: { kind: 'input' }, ...fault }], cause })
}
