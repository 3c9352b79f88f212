import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Face, StepReading } from '../support/faces.ts'
import type { ProjectRepository } from '../support/project-repository.ts'

/** One person's way through the steps: every step in a fresh clone, as in a job of its own. */
export class Journey {
  /** The home of the user that runs the jobs, which outlives them. */
  readonly #home: string
  readonly #face: Face
  readonly #repository: ProjectRepository
  #ciRun = 100

  constructor(face: Face, repository: ProjectRepository, home: string) {
    this.#face = face
    this.#repository = repository
    this.#home = home
  }

  /** Runs a step on a machine that stays when the job is over, and asks that it does nothing that its host forbids. */
  async step(step: string, inputs: Readonly<Record<string, string>>, ciRun?: number): Promise<StepReading> {
    this.#ciRun += 1
    const reading = await this.#face.run({
      step,
      inputs,
      checkout: this.#repository.clone(),
      ciRun: { id: ciRun ?? this.#ciRun },
      env: { HOME: this.#home, RUNNER_ENVIRONMENT: 'self-hosted', AGENT_ISSELFHOSTED: '1' },
    })
    expect(reading.misdeeds).toEqual([])
    return reading
  }

  /** A step that must succeed: what it printed is the reason when it does not. */
  async go(step: string, inputs: Readonly<Record<string, string>>, ciRun?: number): Promise<StepReading['outputs']> {
    const reading = await this.step(step, inputs, ciRun)
    expect(reading.isGreen, `${step}: ${reading.log}`).toBe(true)
    return reading.outputs
  }

  /**
   * What a step that serves is told of where this machine remembers its endpoints: nothing in CI, which has a place in the home of
   * the user; a person's is in the project's folder, and each step here has another.
   */
  get serving(): Readonly<Record<string, string>> {
    return this.#face.name === 'commands' ? { stateFolder: join(this.#servingFolder, 'by-hand') } : {}
  }

  /** Where this machine remembers its endpoints. @throws Error when no step deployed anything yet. */
  get stateFolder(): string {
    const [folder, ...others] = readdirSync(this.#servingFolder)
    if (folder === undefined || others.length > 0) throw new Error(`not one folder in ${this.#servingFolder}`)
    return join(this.#servingFolder, folder)
  }

  get #servingFolder(): string {
    return join(this.#home, '.trainyard', 'serving')
  }
}
