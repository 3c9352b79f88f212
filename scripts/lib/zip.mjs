import JSZip from 'jszip'

/** The first moment that a zip can name: the same in every build. */
const epoch = new Date(Date.UTC(1980, 0, 1))

/**
 * The same archive with sorted names, one fixed time, and no entries for folders: the same files give the same bytes.
 * @param {Uint8Array} archive
 * @returns {Promise<Uint8Array>}
 */
export async function normalized(archive) {
  const before = await JSZip.loadAsync(archive)
  const after = new JSZip()
  const names = Object.keys(before.files).filter((name) => before.files[name]?.dir === false)
  for (const name of names.sort()) {
    const bytes = await before.file(name)?.async('uint8array')
    if (bytes === undefined) throw new Error(`${name} cannot be read from the archive`)
    after.file(name, bytes, { date: epoch, createFolders: false, unixPermissions: 0o644, binary: true })
  }
  return after.generateAsync({
    type: 'uint8array',
    platform: 'UNIX',
    compression: 'DEFLATE',
    compressionOptions: { level: 9 },
  })
}
