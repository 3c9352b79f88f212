import { join } from 'node:path'
import { rolldown } from 'rolldown'

const here = import.meta.dirname

/** Bundles a child for any Node that is supported, as users get our code; gives the path of the file. */
export async function bundleChild(name: string, folder: string): Promise<string> {
  const bundle = await rolldown({ input: join(here, `${name}.ts`), platform: 'node', transform: { target: 'node20' } })
  // In chunks: what a child does not need, it does not load.
  await bundle.write({ dir: folder, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' })
  await bundle.close()
  return join(folder, `${name}.mjs`)
}
