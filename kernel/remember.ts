/** Makes something once for each object, and remembers it for as long as the object lasts. */
export function remembered<Key extends object, Value extends NonNullable<unknown>>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new WeakMap<Key, Value>();
  return key => {
    const known = made.get(key);
    if (known !== undefined) return known;
    const value = make(key);
    made.set(key, value);
    return value;
  };
}
