import { safeAddress } from '../../engines/http/address.ts'
import { InputError } from '../../errors/errors.ts'
import type { AzureBlobAddress, S3Address } from '../../engines/objects/store.ts'
import { type Digest, isDigest } from '../../records/digest.ts'
import { isSafePath } from '../../records/tree.ts'
import { isObjectUrl, parseObjectUrl } from '../object-address.ts'

/** Where the files of a version are that the workspace does not keep. */
export type Elsewhere =
  /** `path` is a file or a folder of the repository; all of it when undefined. */
  | { readonly kind: 'hf'; readonly repository: string; readonly revision: string; readonly path: string | undefined }
  | { readonly kind: 'oci'; readonly registry: string; readonly repository: string; readonly reference: string }
  /** An object, or everything below a prefix. */
  | { readonly kind: 'objects'; readonly url: string; readonly store: S3Address | AzureBlobAddress }
  | { readonly kind: 'https'; readonly url: string; readonly digest: Digest | undefined }

/** Whether the place of a blob is an address outside the workspace. */
export function isElsewhere(place: string | undefined): place is string {
  return place !== undefined && /^(hf|oci|https?|s3|azblob):/.test(place)
}

/**
 * Reads an address.
 *
 * @throws InputError that names the forms
 */
export function parseElsewhere(text: string): Elsewhere {
  const found = hub(text) ?? registry(text) ?? objects(text) ?? web(text)
  if (found !== undefined) return found
  const fault = {
    subject: 'reference',
    source: { kind: 'input' as const },
    problem: 'is no address of files',
    value: (/^https?:/.test(text) ? safeAddress(text) : text).replace(/\/\/[^/@]*:[^/@]*@/, '//'),
    rule: '`hf://owner/model@<commit, branch or tag>`, `oci://registry/repository@sha256:…` (or `:tag`), `s3://bucket/key`, `azblob://account/container/key`, or `https://…#sha256=…`',
    example: 'hf://acme/flights@main',
  }
  throw new InputError({ faults: [fault] })
}

/** One path segment of the hub's names. */
const segment = '[A-Za-z0-9][A-Za-z0-9._-]{0,95}'

function hub(text: string): Elsewhere | undefined {
  const form = new RegExp(`^hf://(${segment}(?:/${segment})?)@([A-Za-z0-9][A-Za-z0-9._-]*)(?:/(.+))?$`)
  const [, repository, revision, path] = form.exec(text) ?? []
  if (repository === undefined || revision === undefined) return undefined
  if (path !== undefined && !isSafePath(path)) return undefined
  return { kind: 'hf', repository, revision, path }
}

function registry(text: string): Elsewhere | undefined {
  const form =
    /^oci:\/\/([A-Za-z0-9.-]+(?::\d+)?|\[::1\](?::\d+)?)\/([a-z0-9]+(?:[._/-]+[a-z0-9]+)*)(?:@(sha256:[0-9a-f]{64})|:([\w][\w.-]{0,127}))$/
  const [, host, repository, digest, tag] = form.exec(text) ?? []
  const reference = digest ?? tag
  if (host === undefined || repository === undefined || reference === undefined) return undefined
  return repository.includes('//') ? undefined : { kind: 'oci', registry: host, repository, reference }
}

function objects(text: string): Elsewhere | undefined {
  if (!isObjectUrl(text)) return undefined
  const store = parseObjectUrl(text)
  return 'problem' in store || store.prefix === '' ? undefined : { kind: 'objects', url: text, store }
}

function web(text: string): Elsewhere | undefined {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  const isHere = ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname)
  if (url.protocol !== 'https:' && !isHere) return undefined
  const digest = /^#sha256=([0-9a-f]{64})$/.exec(url.hash)?.[1]
  url.hash = ''
  // What is secret in an address would stay in the records.
  if (safeAddress(url.href) !== url.href) return undefined
  const whole = `sha256:${digest ?? ''}`
  return { kind: 'https', url: url.href, digest: isDigest(whole) ? whole : undefined }
}
