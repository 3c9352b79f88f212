import { PowerSums, type PowerSumsData } from './power-sums.ts'
import { type ValueBin, ValueHistogram, type ValueHistogramData } from './value-histogram.ts'

/** A sketch of numbers as data. The sums are left out where they left the range of a double. */
export interface NumberSketchData {
  readonly min: number
  readonly max: number
  readonly sums?: PowerSumsData
  readonly histogram: ValueHistogramData
}

/** What is remembered of the finite numbers of a column: range, moments and histogram, all of which merge. */
export class NumberSketch {
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY
  #sums: PowerSums | undefined = new PowerSums()
  readonly #histogram: ValueHistogram

  constructor(histogram = new ValueHistogram()) {
    this.#histogram = histogram
  }

  add(given: number): void {
    // Adding 0 makes 0 of -0, which JSON cannot write.
    const value = given + 0
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
    this.#sums?.add(value)
    this.#histogram.add(value)
  }

  merge(other: NumberSketch): void {
    this.#min = Math.min(this.#min, other.#min)
    this.#max = Math.max(this.#max, other.#max)
    if (other.#sums === undefined) this.#sums = undefined
    else this.#sums?.merge(other.#sums)
    this.#histogram.merge(other.#histogram)
  }

  get min(): number {
    return this.#min
  }

  get max(): number {
    return this.#max
  }

  /** Undefined where a sum of powers left the range of a double. */
  get sums(): PowerSums | undefined {
    return this.#sums?.toData().every(Number.isFinite) === true ? this.#sums : undefined
  }

  /** As `ValueHistogram.quantile`, and never beyond the range. */
  quantile(share: number): number {
    return Math.min(this.#max, Math.max(this.#min, this.#histogram.quantile(share)))
  }

  /** The bins that hold something, in order. */
  bins(): readonly ValueBin[] {
    return this.#histogram.bins()
  }

  /** How many distinct values there are, where each has a bin of its own. */
  get distinct(): number | undefined {
    return this.#histogram.isExact ? this.#histogram.bins().length : undefined
  }

  toData(): NumberSketchData {
    const sums = this.sums?.toData()
    const rest = { min: this.#min, max: this.#max, histogram: this.#histogram.toData() }
    return sums === undefined ? rest : { ...rest, sums }
  }

  static from({ min, max, sums, histogram }: NumberSketchData): NumberSketch {
    const sketch = new NumberSketch(ValueHistogram.from(histogram))
    sketch.#min = min
    sketch.#max = max
    sketch.#sums = sums === undefined ? undefined : PowerSums.from(sums)
    return sketch
  }
}
