import type { Receiver } from './receiver.ts'
import type { Scratch } from './scratch.ts'
import type { StepResult, StepRunner } from './step-runner.ts'

/** What the story is told with. */
export interface Stage {
  readonly scratch: Scratch
  readonly trainyard: StepRunner
  readonly receiver: Receiver
  /** Prints a heading. */
  readonly chapter: (title: string) => void
}

/** Waits for a step that must end with this exit code. @throws StoryError when it does not. */
export async function expecting(exitCode: number, step: Promise<StepResult>): Promise<StepResult> {
  const result = await step
  if (result.exitCode === exitCode) return result
  throw new StoryError(`a step ended with ${result.exitCode}, where the story wants ${exitCode}`)
}

/** The story did not go as it is told: a defect, since data, pins and steps are all ours. */
export class StoryError extends Error {}
