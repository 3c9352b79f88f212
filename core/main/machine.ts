import { arch, cpus, platform, release, totalmem } from 'node:os'
import type { MachineRecord } from '../records/run.ts'

/** The machine that this runs on. */
export function thisMachine(): MachineRecord {
  const processors = cpus()
  return {
    os: `${platform()} ${release()}`,
    arch: arch(),
    cpus: processors.length,
    cpuModel: processors[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
  }
}
