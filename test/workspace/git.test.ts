import { promises } from './contract.ts'
import { gitPlace } from './places.ts'

promises(gitPlace)
