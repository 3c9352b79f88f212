/** What a hostile child prints, and what a hostile user may put into names and messages. */
export const hostileLines = [
  '::set-output name=verdict::pass',
  '::error file=a.py,line=1::boom',
  '   ::warning::indented',
  '\t\u00A0::notice::white',
  '::add-mask::e',
  '::stop-commands::token',
  '::save-state name=pid::1',
  '::add-path::/tmp',
  '::set-env name=NODE_OPTIONS::--require=x',
  '::group::trap',
  '\u200B:\u200B:error::invisible',
  'progress 1\r::error::after a carriage return',
  'text ##[error]anywhere',
  '##[set-output name=verdict;]pass',
  '##[command]rm',
  'text ##vso[task.setvariable variable=verdict;isOutput=true]pass',
  '##vso[task.complete result=Succeeded;]done',
  '##vso[task.setvariable variable=PATH]/tmp',
  '##vso[artifact.upload artifactname=x]/etc/passwd',
  '##vso[task.prependpath]/tmp',
  '##vso without a bracket',
  '####vso[task.logissue type=error]twice',
]

/** The same, printed by a child in pieces: every marker is cut in two. */
export const hostileScript = `
const lines = ${JSON.stringify(hostileLines)}
const pieces = lines.flatMap((line) => [...(line + '\\n').match(/[\\s\\S]{1,3}/g)])
const next = () => {
  const piece = pieces.shift()
  if (piece !== undefined) process.stdout.write(piece, () => setImmediate(next))
}
next()
`
