/** Something that costs much to make and never changes: made when first asked for, then kept for the whole process. */

export function once<Value extends object>(make: () => Value): () => Value {
  const made: Value[] = [];
  return () => {
    const [first = make()] = made;
    made[0] = first;
    return first;
  };
}
