/** More names than this are no classes, but numbers or texts. */
const mostNames = 20

/**
 * What to write into the criteria where no label at all is one of their classes, which by default are 0 and 1. Empty where some
 * label is one, or where the column does not look like one of classes.
 */
export function classesHint(labels: readonly string[], classes: readonly string[]): string {
  const names = new Set<string>()
  for (const label of labels) {
    names.add(label)
    if (names.size > mostNames || label.trim() === '' || classes.includes(label)) return ''
  }
  if (names.size < 2) return ''
  const list = [...names].toSorted().map((name) => `'${name.replaceAll("'", "''")}'`)
  const order = names.size === 2 ? 'the positive one last' : 'in the order of the model’s probabilities'
  return `No label is one of the classes. The criteria name them in data, ${order}: classes: [${list.join(', ')}]`
}
