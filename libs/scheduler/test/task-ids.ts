/** Ids by number: `0` is 0…0, whose last 8 bytes are those of `tail`, so that ids can be made to collide on purpose. */
export function taskId(number: number, tail = number): DataView {
  const view = new DataView(new ArrayBuffer(16));
  view.setUint32(4, number);
  view.setUint32(12, tail);
  return view;
}
