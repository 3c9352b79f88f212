import type { Rejection } from '../errors/render.ts'
import type { Connection, Host } from '../host/host.ts'
import type { Project } from '../project/project.ts'
import type { Declared, Inputs, InputsOf, Outputs, OutputsOf } from '../step/define-step.ts'
import type { Workspace } from '../workspace/workspace.ts'

/** How a run ended: made by `done` or `rejected` only, so that no output can be forgotten. */
export type Ending =
  | { readonly kind: 'done'; readonly outputs: object; readonly message: string; readonly warning?: string | undefined }
  | { readonly kind: 'rejected'; readonly outputs: object; readonly rejection: Rejection }

/** What a step's `run` receives. */
export interface Context<D extends Declared<Inputs, Outputs>> {
  readonly inputs: InputsOf<D>
  readonly workspace: Workspace
  readonly project: Project
  readonly host: Host
  /** Aborted when the step is cancelled; its reason is the error to throw. */
  readonly signal: AbortSignal
  /** Opens a connection input. */
  readonly connection: (name: Extract<keyof D['inputs'], string>, value: string) => Connection
  /** Ends the step well. `message` is the sentence that the host shows; with `warning` the step is green and says so. */
  readonly done: (
    outputs: OutputsOf<D>,
    words: { readonly message: string; readonly warning?: string | undefined },
  ) => Ending
  /** Ends the step with a rejection: every output is set, then the step fails with exit 3. */
  readonly rejected: (outputs: OutputsOf<D>, rejection: Rejection) => Ending
}

/** The type of a step's `run`. */
export type Run<D extends Declared<Inputs, Outputs>> = (context: Context<D>) => Promise<Ending>

/** A step's `post`: tidies up after a main entry that was cut off. It must be safe to run twice. */
export interface Post<D extends Declared<Inputs, Outputs>> {
  /** The state in which main remembers what is to be tidied up; without a value, `tidyUp` is not called. */
  readonly state: string
  readonly tidyUp: (context: Omit<Context<D>, 'done' | 'rejected'>, remembered: string) => Promise<void>
}
