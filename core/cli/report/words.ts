import type { Actor } from '../../records/actor.ts'
import { type Digest, shortDigest } from '../../records/digest.ts'
import { html, type Markup, type Part } from './html.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A time to the minute in UTC, for people and for programs; a text that is no time stays as it is. */
export function moment(iso: string): Markup {
  const date = new Date(iso)
  if (Number.isNaN(date.getTime())) return html`${iso}`
  const [day, month, year] = [date.getUTCDate(), months[date.getUTCMonth()], date.getUTCFullYear()]
  const time = date.toISOString().slice(11, 16)
  return html`<time datetime="${date.toISOString()}">${day}\u00A0${month}\u00A0${year}, ${time}\u00A0UTC</time>`
}

/** A length of time in its two largest units: `1 h 5 min`, `47 s`, `0.4 s`. */
export function duration(ms: number): string {
  if (!(ms >= 1000)) return `${Number((Math.max(0, ms) / 1000).toPrecision(2))} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`
}

/** A whole number with its thousands parted. */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 })
}

/** A count of things: `1 look`, `12 looks`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** A share between 0 and 1 in per cent, on three digits: `0.0312 %`, `12.5 %`. */
export function percentage(share: number): string {
  return `${Number((share * 100).toPrecision(3))}\u00A0%`
}

/** Milliseconds on three digits, as far as they mean something: `0.412 ms`, `1,204 ms`. */
export function milliseconds(ms: number): string {
  const digits = ms >= 100 ? Math.round(ms) : Number(ms.toPrecision(3))
  return `${digits.toLocaleString('en-US', { maximumFractionDigits: 6 })}\u00A0ms`
}

/** The beginning of a digest; the whole of it shows where a mouse rests. */
export function digestMark(digest: Digest): Markup {
  return html`<code title="${digest}">${shortDigest(digest)}</code>`
}

/** Somebody's text. Whole digests in it are cut short. */
export function prose(text: string): Markup {
  const parts = text.split(/(sha256:[0-9a-f]{64})/)
  return html`${parts.map((part, at): Part => (at % 2 === 0 ? part : html`<code title="${part}">${part.slice(7, 19)}</code>`))}`
}

/** Who did something, with the page of the CI run where there is one. */
export function actor({ name, url }: Pick<Actor, 'name' | 'url'>): Markup {
  return link(name, url)
}

/** A text that leads to a page; only to an ordinary web page, since addresses come from outside. */
export function link(text: string, url: string | undefined): Markup {
  if (url === undefined || !isAddress(url)) return html`${text}`
  return html`<a href="${url}" rel="noreferrer noopener">${text}</a>`
}

/** Whether a text is the address of an ordinary web page. */
export function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}
