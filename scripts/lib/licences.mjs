import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Licences that may go into what we ship under MIT. */
const accepted = [
  'MIT',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Unlicense',
  'Python-2.0',
]

/**
 * The packages whose code is in a bundle.
 * @param {Iterable<string>} modules absolute paths
 * @returns {string[]} the packages' folders, absolute, sorted
 */
export function packageFolders(modules) {
  /** @type {Set<string>} */
  const folders = new Set()
  for (const module of modules) {
    const found = /^\0?(.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/.exec(module)
    if (found?.[1] !== undefined) folders.add(found[1])
  }
  return [...folders].sort()
}

/**
 * The notices that must travel with the code of other people: name, version, licence and its text.
 * @param {string[]} folders of packages
 * @throws when a package has a licence that we may not ship
 */
export function licenceNotices(folders) {
  const notices = folders.map(notice)
  const unique = [...new Map(notices.map((entry) => [entry.title, entry])).values()].sort((a, b) =>
    a.title < b.title ? -1 : 1,
  )
  return `${unique.map(({ title, text }) => `${title}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`)}`
}

/** @param {string} folder */
function notice(folder) {
  const about = /** @type {{ name?: string, version?: string, license?: string, licenses?: { type: string }[] }} */ (
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  )
  // Older packages have a list of them, of which one may choose.
  const { name = basename(folder), version = '', licenses = [] } = about
  const license = about.license ?? licenses.map(({ type }) => type).join(' OR ')
  const isAccepted = license
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((one) => accepted.includes(one.trim()))
  if (!isAccepted)
    throw new Error(
      `${name}@${version} has the licence "${license}", which may not be bundled (scripts/lib/licences.mjs)`,
    )
  const file = readdirSync(folder)
    .sort()
    .find((entry) => /^(licen[cs]e|copying)(\.|$|-)/i.test(entry))
  const path = file === undefined ? undefined : join(folder, file)
  const text = path !== undefined && existsSync(path) ? readFileSync(path, 'utf8').trim() : `Licensed under ${license}.`
  return { title: `${name}@${version} (${license})`, text: text.replaceAll('\r\n', '\n') }
}
