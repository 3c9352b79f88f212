// Loaded before a child: its clock is off by TRAINYARD_CLOCK_MS milliseconds.
const offMs = Number(process.env['TRAINYARD_CLOCK_MS'])
const RealDate = Date
const shifted = class extends RealDate {
  constructor(...args: readonly unknown[]) {
    super(...((args.length === 0 ? [RealDate.now() + offMs] : args) as [number]))
  }

  static override now(): number {
    return RealDate.now() + offMs
  }
}
globalThis.Date = shifted as DateConstructor
