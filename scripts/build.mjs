// Bundles the faces, the scoring server and the router: `node scripts/build.mjs [cli] [actions] [tasks] [scoring] [router]`, by
// default all. The same sources give the same bytes, from any folder and on any Node ≥ 20. Runs on Node 20 as on 24.
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { build } from './lib/bundle.mjs'
import { bundlesOf } from './lib/entries.mjs'
import { faces, graphFile, readGraph, sourcesDigest } from './lib/sources.mjs'

const wanted = process.argv.slice(2)
const unknown = wanted.filter((face) => !faces.includes(face))
if (unknown.length > 0) {
  console.error(`build: no face is called ${unknown.join(', ')}; there are ${faces.join(', ')}`)
  process.exitCode = 2
} else {
  for (const face of wanted.length === 0 ? faces : wanted) await buildFace(face)
}

/** @param {string} face */
async function buildFace(face) {
  const start = performance.now()
  const sources = sourcesDigest()
  const bundles = bundlesOf(face)
  const built = await Promise.all(bundles.map(build))
  remember(face, { sources, bundles: built.map(({ graph }) => graph) })
  const entries = built.reduce((sum, { graph }) => sum + graph.entries.length, 0)
  const bytes = built.reduce((sum, one) => sum + one.bytes, 0)
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  console.log(
    `build: ${face.padEnd(7)} ${entries === 0 ? 'no entry found' : `${entries} entries, ${(bytes / 1e6).toFixed(1)} MB, ${seconds} s`}`,
  )
}

/**
 * @param {string} face
 * @param {import('./lib/sources.mjs').FaceGraph} graph
 */
function remember(face, graph) {
  const temporary = `${graphFile}.${process.pid}`
  mkdirSync(dirname(graphFile), { recursive: true })
  writeFileSync(temporary, `${JSON.stringify({ ...readGraph(), [face]: graph }, null, 1)}\n`)
  renameSync(temporary, graphFile)
  rmSync(temporary, { force: true })
}
