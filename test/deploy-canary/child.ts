import { definition as canary } from '../../core/deploy-canary/definition.ts'
import { run as runCanary } from '../../core/deploy-canary/run.ts'
import { main } from '../../core/main/main.ts'
import { definition as promotion } from '../../core/promote/definition.ts'
import { run as runPromotion } from '../../core/promote/run.ts'
import { memoryHost } from '../support/memory-host.ts'
import type { Orders } from './children.ts'

// A step as a process of its own, which a test can kill.
const { step, folder, temp, inputs } = JSON.parse(process.argv[2] ?? '') as Orders
const { PATH = '', HOME = '' } = process.env
const host = memoryHost({ inputs, env: { PATH, HOME }, context: { folder, tempFolder: temp } })
process.stdout.write('begins\n')
await (step === 'promote' ? main(promotion, runPromotion, host) : main(canary, runCanary, host))
