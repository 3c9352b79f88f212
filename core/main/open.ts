import { InputError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'
import type { Host } from '../host/host.ts'
import { emptyProject, loadProject, type Project } from '../project/project.ts'
import { commonInputs } from '../step/common-inputs.ts'
import type { AnyDefinition, InputsOf } from '../step/define-step.ts'
import { environmentName } from '../step/names.ts'
import { type OpenOptions, openWorkspace } from '../workspace/open.ts'
import type { Workspace } from '../workspace/workspace.ts'
import { actorOf, verifiedActorOf } from './identity.ts'
import { resolveInputs } from './inputs.ts'
import { requestOf } from './request.ts'

/** What a step stands on when it begins. */
export interface Opened {
  readonly values: Readonly<Record<string, unknown>>
  readonly project: Project
  readonly workspace: Workspace
}

/**
 * Reads the project file, resolves the inputs and opens the workspace.
 *
 * @throws InputError with everything that is wrong with inputs and files, at once.
 */
export async function open(definition: AnyDefinition, host: Host): Promise<Opened> {
  const { project, faults } = await projectFor(host)
  const resolved = await resolveInputs(definition, host, project)
  for (const warning of resolved.warnings) host.log.warning(warning)
  const all = [...faults, ...resolved.faults]
  if (all.length > 0) throw new InputError({ faults: all })
  const common = resolved.values as InputsOf<{ inputs: typeof commonInputs }>
  const request = requestOf(host.context, definition.id, resolved.texts)
  const isWriting = definition.workspace === 'write' && !common.dryRun && host.context.trust.kind === 'trusted'
  const by = isWriting ? await verifiedActorOf(host, project) : actorOf(host)
  const workspace = await openWorkspace({
    ...place(common.workspace, project),
    host,
    request: request.id,
    previousRequest: request.previous,
    by,
    intent: common.dryRun ? 'rehearse' : definition.workspace,
    token: common.token,
  })
  return { values: resolved.values, project, workspace }
}

/** Where the workspace is said to be, and the consent that the project file gives. */
export function place(
  input: string | undefined,
  project: Project,
): Pick<OpenOptions, 'url' | 'allowPublicFiles' | 'blobs' | 'ledger' | 'championStage'> {
  const said = project.content.workspace
  const inFile = typeof said === 'string' ? { url: said } : said
  return {
    url: input ?? inFile?.url,
    // The bytes belong to the ledger that the file names: another one's collector would take them for garbage.
    blobs: input === undefined ? inFile?.blobs : undefined,
    allowPublicFiles: inFile?.publicFiles === true,
    ledger: inFile?.ledger,
    championStage: inFile?.championStage,
  }
}

/** The project file that the host's inputs name, with the faults found in it. */
export async function projectFor(host: Host): Promise<{ project: Project; faults: readonly Fault[] }> {
  const folder = host.context.folder
  const subject = host.inputName('projectFile')
  const given = host.input('projectFile') ?? host.env[environmentName('projectFile')]
  const path = given === undefined ? undefined : await commonInputs.projectFile.kind.parse(given, { folder })
  const loaded = await loadProject({ folder, file: path?.ok === true ? path.value : undefined })
  if (loaded.ok) return { project: loaded.value, faults: [] }
  const faults =
    'faults' in loaded
      ? loaded.faults
      : [{ subject, source: { kind: 'input' as const }, problem: loaded.problem, value: given ?? '' }]
  return { project: emptyProject(folder), faults }
}
