/** The id that has this number in its last bytes. */
export function taskId(number: number): DataView {
  const view = new DataView(new ArrayBuffer(16));
  view.setUint32(12, number);
  return view;
}
