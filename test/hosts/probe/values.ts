/** Texts that break careless wire formats, by names that are letters only. */
export const nasty: Readonly<Record<string, string>> = {
  plain: 'pass',
  empty: '',
  lines: 'first\nsecond\n\nfourth',
  trailing: 'ends with a line\n',
  windows: 'first\r\nsecond\rthird',
  percent: '100% %25 %0A %0D %AZP25 %5D %3B %',
  brackets: 'a]b;c=d,e:f::g ##[error] ##vso[task.complete result=Failed;]',
  heredoc: 'EOF\nghadelimiter_x\nname<<EOF',
  unicode: 'Zürich → 東京 🚲 \u2028 \u0085',
  spaces: '  kept  ',
  onInconclusive: 'camelCase',
}
