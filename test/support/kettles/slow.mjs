// A training that takes a minute where $SLOW is set, and no time elsewhere.
import { writeFileSync } from 'node:fs'

console.log(`slow ${process.pid}`)
writeFileSync('slow.json', '{}')
if (process.env['SLOW'] !== undefined) setTimeout(() => {}, 60_000)
