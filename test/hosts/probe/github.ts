import { githubHost } from '../../../actions/host/github-host.ts'
import { probe, secrets } from './probe.ts'

await probe(await githubHost({ secrets }))
