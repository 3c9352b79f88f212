import { promises } from './contract.ts'
import { directoryPlace } from './places.ts'

promises(directoryPlace)
