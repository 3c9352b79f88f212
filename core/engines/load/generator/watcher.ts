import { errorMessage } from '../../../errors/errors.ts'
import { type ResourceSample, resourcesBetween, type ResourceUse } from '../resources/resource.ts'
import { type ResourceSource, sampleResources } from '../resources/sample.ts'

interface Mark {
  readonly sample: ResourceSample
  readonly answered: number
}

/** Samples a process or a control group at the edges of the windows. */
export class Watcher {
  readonly #source: ResourceSource | undefined
  readonly #marks: Mark[] = []
  #lost: string | undefined

  constructor(source: ResourceSource | undefined) {
    this.#source = source
  }

  /** Why there is no more to sample, once that is so. */
  get lost(): string | undefined {
    return this.#lost
  }

  /** Takes the next edge. `answered`: how many requests were answered so far. */
  mark(answered: number): void {
    if (this.#source === undefined || this.#lost !== undefined) return
    try {
      const sample = sampleResources(this.#source)
      const [first] = this.#marks
      if (first !== undefined && first.sample.identity !== sample.identity)
        this.#lost = 'the process was replaced by another'
      else this.#marks.push({ sample, answered })
    } catch (error) {
      // What is watched may end under the load: the load goes on, and the windows say that they lack it.
      this.#lost = errorMessage(error)
    }
  }

  /** What was used in each window whose two edges were sampled. */
  windows(): readonly (ResourceUse | undefined)[] {
    return this.#marks.slice(1).map((mark, index) => between(this.#marks[index], mark))
  }

  total(): ResourceUse | undefined {
    return this.#marks.length < 2 ? undefined : between(this.#marks[0], this.#marks.at(-1))
  }
}

function between(before: Mark | undefined, after: Mark | undefined): ResourceUse | undefined {
  if (before === undefined || after === undefined) return undefined
  return resourcesBetween(before.sample, after.sample, after.answered - before.answered)
}
