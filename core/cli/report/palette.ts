/** The colours of the page. Words on paper and on panels have a contrast of 4.5 and more, marks of 3 and more (WCAG 2.2 AA). */
export interface Palette {
  readonly paper: string
  readonly panel: string
  readonly ink: string
  readonly quiet: string
  /** Hair lines: decoration that nobody has to see. */
  readonly hair: string
  readonly accent: string
  /** Under the accent's lines. */
  readonly wash: string
  readonly pass: string
  readonly fail: string
  readonly unsure: string
}

export const light: Palette = {
  paper: '#fbfaf7',
  panel: '#ffffff',
  ink: '#1f2328',
  quiet: '#5b626a',
  hair: '#e2dfd8',
  accent: '#1d5c87',
  wash: '#dfeaf2',
  pass: '#2a6b45',
  fail: '#a9382b',
  unsure: '#7d5b00',
}

export const dark: Palette = {
  paper: '#14171a',
  panel: '#1b1f23',
  ink: '#e4e6e8',
  quiet: '#a2aab2',
  hair: '#31373d',
  accent: '#86bce0',
  wash: '#22384a',
  pass: '#7fc79b',
  fail: '#ee9384',
  unsure: '#dcb95c',
}

/** A palette as custom properties of CSS. */
export function properties(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, colour]) => `--${name}:${String(colour)}`)
    .join(';')
}
