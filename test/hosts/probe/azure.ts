import { azureHost } from '../../../tasks/host/azure-host.ts'
import { probe, secrets } from './probe.ts'

await probe(await azureHost({ secrets }))
