import { InputError } from '../errors/errors.ts'
import type { Fault } from '../errors/fault.ts'
import type { Context } from '../main/context.ts'
import type { ModelVersion } from '../records/model.ts'
import { type ModelReference, parseReference, referenceText } from '../records/reference.ts'
import type { TreeFile } from '../records/tree.ts'
import type { definition } from './definition.ts'

type PackageContext = Context<typeof definition>

/** A version that goes into a package. */
export interface PackagedModel {
  /** `name@version` */
  readonly reference: string
  readonly version: ModelVersion
  /** The one file of it that is served. */
  readonly onnx: TreeFile
  /** Where that file lies in the package. */
  readonly path: string
}

/**
 * The versions that the package serves, the candidate first.
 *
 * @throws InputError with everything that is wrong with the references: runs, what is no reference, the same version twice, a
 *   version without exactly one ONNX file.
 */
export async function modelsToPackage({ inputs, workspace, host }: PackageContext): Promise<readonly PackagedModel[]> {
  const also = inputs.also ?? []
  const asked = [
    { input: host.inputName('candidate'), reference: inputs.candidate, value: referenceText(inputs.candidate) },
    ...also.map((value) => ({ input: host.inputName('also'), reference: parseReference(value), value })),
  ]
  const models: PackagedModel[] = []
  const faults: Fault[] = []
  for (const { input, reference, value } of asked) {
    const about = { subject: input, source: { kind: 'input' }, value } as const
    const problem = problemWith(reference)
    if (reference === undefined || problem !== undefined) {
      faults.push({ ...about, problem: problem ?? '', example: 'flights@3' })
      continue
    }
    const found = modelOf(await workspace.models.resolve(reference))
    if (typeof found === 'string') faults.push({ ...about, problem: found })
    else if (models.some((model) => model.reference === found.reference))
      faults.push({ ...about, problem: `names ${found.reference} a second time` })
    else models.push(found)
  }
  if (faults.length > 0) throw new InputError({ faults })
  return models
}

function problemWith(reference: ModelReference | undefined): string | undefined {
  if (reference === undefined) return 'is not a model reference'
  return reference.kind === 'run' ? 'is a run: register it, then package the version' : undefined
}

/** The version as a package has it, or what stands against that. */
function modelOf(version: ModelVersion): PackagedModel | string {
  const [onnx, ...others] = version.files.files.filter(({ path }) => path.endsWith('.onnx'))
  if (onnx === undefined) return 'has no ONNX file, and nothing else can be served yet; export the model to ONNX'
  if (others.length > 0) {
    const names = [onnx, ...others].map(({ path }) => path).join(', ')
    return `has several ONNX files (${names}); register a version with exactly one`
  }
  const name = onnx.path.slice(onnx.path.lastIndexOf('/') + 1)
  const path = `models/${version.model}/${version.version}/${name}`
  return { reference: `${version.model}@${version.version}`, version, onnx, path }
}
