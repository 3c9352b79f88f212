import { code, table } from '../main/markdown.ts'
import { shortDigest } from '../records/digest.ts'
import type { PackagePredicate } from '../records/evidence.ts'
import { treeSize, type Tree } from '../records/tree.ts'

/** The page about a package: what is in it, how it is started, and what its smoke test found. */
export function summaryOf(made: PackagePredicate, { folder, tree }: { folder: string; tree: Tree }): string {
  const { models, smoke, serving, configuration, image } = made
  const facts = [
    ['digest', code(shortDigest(made.package.digest))],
    ['files', `${tree.files.length}, ${treeSize(tree).toLocaleString('en-US')} bytes`],
    ['started by', code(`node ${folder}/serve.mjs`)],
    ['engine', code(serving.engine)],
    ...(image === undefined
      ? []
      : [['image', `${code(image.name)}, ${code(shortDigest(image.id))}, ready by ${code(image.engine)}`]]),
    ...(configuration === undefined ? [] : [['configuration', code(configuration.file)]]),
    [
      'smoke test',
      `${smoke.rows} rows of ${smoke.data.map(({ file }) => code(file)).join(', ')}, largest difference ${smoke.maxDifference}`,
    ],
  ]
  return [
    `### 📦 ${models.map(({ reference }) => code(reference)).join(', ')} ${models.length === 1 ? 'is' : 'are'} packaged`,
    '',
    table(['what', ''], facts),
    '',
    table(
      ['model', 'address', 'digest'],
      models.map(({ reference, name, version, digest }) => [
        code(reference),
        code(`/v2/models/${name}/versions/${version}`),
        code(shortDigest(digest)),
      ]),
    ),
    '',
  ].join('\n')
}
