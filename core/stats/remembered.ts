/**
 * The same function, which computes the answer for each object once and keeps it as long as the object lives. For objects, and
 * answers, that nobody changes.
 */
export function remembered<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const answers = new WeakMap<Key, { readonly value: Value }>()
  return (key) => {
    const known = answers.get(key)
    if (known !== undefined) return known.value
    const value = compute(key)
    answers.set(key, { value })
    return value
  }
}
