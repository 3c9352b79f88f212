/** Where values lie along an axis: 0 at its beginning, 1 at its end. */
export interface Axis {
  /** The values at the ends. */
  readonly low: number
  readonly high: number
  /** Round values for labels, ascending, within the ends. */
  readonly ticks: readonly Tick[]
  /** The share of the way; values beyond the ends are put at the ends. */
  at(value: number): number
}

/** A round value and how it is written; all of one axis have the same number of decimals. */
export interface Tick {
  readonly value: number
  readonly label: string
}

/** How an axis is made. */
export interface AxisOptions {
  /** About how many intervals between ticks. */
  readonly steps?: number
  /** Room at both ends, as a share of what the values span. */
  readonly room?: number
  /** The ends lie on ticks. */
  readonly isRounded?: boolean
}

/** An axis on which equal distances are equal differences. Values that are not finite are left out; without any it is 0 to 1. */
export function linearAxis(values: readonly number[], options: AxisOptions = {}): Axis {
  const { steps = 4, room = 0, isRounded = false } = options
  const [least, most] = ends(values.filter((value) => Number.isFinite(value)).map(zeroed))
  const margin = (most - least) * room
  const step = roundStep((most - least + 2 * margin) / steps)
  const [low, high] = isRounded
    ? [Math.floor((least - margin) / step) * step, Math.ceil((most + margin) / step) * step]
    : [least - margin, most + margin]
  return { low, high, ticks: legible(linearTicks(low, high, step)), at: (value) => share((value - low) / (high - low)) }
}

/** An axis on which equal distances are equal ratios, for positive values; others are left out. */
export function logAxis(values: readonly number[], { room = 0 }: Pick<AxisOptions, 'room'> = {}): Axis {
  const logs = values.filter((value) => value > 0 && Number.isFinite(value)).map(Math.log10)
  const [least, most] = logs.length === 0 ? [0, 1] : [Math.min(...logs), Math.max(...logs)]
  // Over less than a doubling there might be no round value.
  const half = Math.max(0.25, (most - least) / 2) * (1 + 2 * room)
  const [low, high] = [(least + most) / 2 - half, (least + most) / 2 + half]
  return {
    low: 10 ** low,
    high: 10 ** high,
    ticks: logTicks(low, high),
    at: (value) => share(value > 0 ? (Math.log10(value) - low) / (high - low) : 0),
  }
}

/** A share of the way as a coordinate of a chart that is as wide as there is room: `37.5%`. */
export function percent(part: number): string {
  return `${Number((part * 100).toFixed(2))}%`
}

function share(part: number): number {
  return Math.min(1, Math.max(0, part))
}

/** Below this, steps between values would lie where doubles lose their digits. */
const smallest = 1e-100

function zeroed(value: number): number {
  return Math.abs(value) < smallest ? 0 : value
}

/** The range of the values; widened where they are all the same. */
function ends(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 1]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  // Closer together than a thousandth of a millionth of their size, doubles can no longer be told apart on an axis.
  const size = Math.max(Math.abs(low), Math.abs(high))
  if (high - low > size * 1e-9) return [low, high]
  return size === 0 ? [-0.5, 0.5] : [low - size / 2, high + size / 2]
}

/** 1, 2 or 5 times a power of ten, not much below the wanted one. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted))
  const lead = wanted / power
  return (lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10) * power
}

function linearTicks(low: number, high: number, step: number): readonly Tick[] {
  const slack = 1e-9
  const first = Math.ceil(low / step - slack)
  const last = Math.floor(high / step + slack)
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + slack))
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => {
    const value = Number(((first + at) * step).toPrecision(12))
    return { value, label: label(value, decimals, step) }
  })
}

/** About as many characters as labels have room for on a narrow chart. */
const mostCharacters = 46

/** Every second tick, or fourth, … where the labels of all would run into each other. */
function legible(ticks: readonly Tick[]): readonly Tick[] {
  const characters = ticks.reduce((sum, { label: text }) => sum + text.length + 2, 0)
  return ticks.length < 3 || characters <= mostCharacters ? ticks : legible(ticks.filter((_, at) => at % 2 === 0))
}

function logTicks(low: number, high: number): readonly Tick[] {
  const leads = high - low > 2.5 ? [1] : high - low > 1.2 ? [1, 3] : [1, 2, 5]
  const powers = Array.from({ length: Math.ceil(high) - Math.floor(low) + 1 }, (_, at) => Math.floor(low) + at)
  return powers
    .flatMap((power) => leads.map((lead) => ({ power, value: Number((lead * 10 ** power).toPrecision(12)) })))
    .filter(({ value }) => Math.log10(value) >= low - 1e-9 && Math.log10(value) <= high + 1e-9)
    .map(({ power, value }) => ({ value, label: label(value, Math.max(0, -power), 10 ** power) }))
}

function label(value: number, decimals: number, step: number): string {
  if (decimals > 6 || Math.abs(value) >= 1e9) return value === 0 ? '0' : exponential(value, step)
  const text = Math.abs(value).toLocaleString('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
  return value < 0 ? `−${text}` : text
}

/** With as many digits as tell it from the next tick. */
function exponential(value: number, step: number): string {
  const digits = Math.floor(Math.log10(Math.abs(value)) + 1e-9) - Math.floor(Math.log10(step) + 1e-9)
  return value.toExponential(Math.min(12, Math.max(0, digits))).replace(/^-/, '−')
}
