import { describe, expect, test } from 'vitest'
import { dark, light, type Palette } from '../../../core/cli/report/palette.ts'
import { styleSheet } from '../../../core/cli/report/style.ts'

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s colours', (_, palette) => {
  const grounds = ['paper', 'panel'] as const
  const words = ['ink', 'quiet', 'accent', 'pass', 'fail', 'unsure'] as const

  test.each(words.flatMap((word) => grounds.map((ground) => [word, ground] as const)))(
    '%s on %s can be read (AA, 4.5)',
    (word, ground) => {
      expect(contrast(palette[word], palette[ground])).toBeGreaterThanOrEqual(4.5)
    },
  )

  test('lines over the wash can be seen (AA, 3)', () => {
    for (const line of ['accent', 'ink', 'quiet'] as const)
      expect(contrast(palette[line], palette.wash)).toBeGreaterThanOrEqual(3)
  })

  test('words over the shades of a matrix can be read (AA, 4.5)', () => {
    const shades = [...styleSheet.matchAll(/color-mix\(in srgb,var\(--(accent|fail)\) (\d+)%,transparent\)/g)]

    expect(shades).toHaveLength(8)
    for (const [, name, share] of shades) {
      const shade = mixed(palette[name === 'fail' ? 'fail' : 'accent'], palette.panel, Number(share) / 100)
      expect(contrast(palette.ink, shade)).toBeGreaterThanOrEqual(4.5)
    }
  })

  test('the sign within a mark can be seen (AA, 3)', () => {
    for (const mark of ['pass', 'fail', 'unsure'] as const)
      expect(contrast(palette[mark], palette.panel)).toBeGreaterThanOrEqual(3)
  })
})

test('the style sheet has no other colours', () => {
  const named = styleSheet.match(/#[0-9a-f]{3,8}\b/g) ?? []
  const known: readonly (keyof Palette)[] = Object.keys(light) as (keyof Palette)[]
  const all = new Set(known.flatMap((name) => [light[name], dark[name]]))

  expect(named.filter((colour) => !all.has(colour))).toEqual(['#999'])
})

/** A colour over another, as `color-mix` with a transparent one has it. */
function mixed(over: string, under: string, share: number): string {
  const parts = [1, 3, 5].map((at) => {
    const [a, b] = [over, under].map((colour) => Number.parseInt(colour.slice(at, at + 2), 16))
    return Math.round((a ?? 0) * share + (b ?? 0) * (1 - share))
      .toString(16)
      .padStart(2, '0')
  })
  return `#${parts.join('')}`
}

/** The contrast of WCAG 2.2. */
function contrast(one: string, other: string): number {
  const [most = 0, least = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (most + 0.05) / (least + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
