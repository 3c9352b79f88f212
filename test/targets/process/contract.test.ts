import { targetContract } from '../contract.ts'
import { ProcessGround } from '../ground.ts'

targetContract('process', () => ProcessGround.make())
