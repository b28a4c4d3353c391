const WIDTH = 900;
const PANEL = 170;
const LEFT = 70;
const TOP = 28;
const COLOURS = ['#2563eb', '#dc2626', '#059669', '#d97706', '#7c3aed', '#475569'];

/** Lines that share one axis, over the same times. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly { readonly name: string; readonly values: readonly number[] }[];
}

/**
 * Draws panels one below the other as an SVG, all over the same minutes.
 *
 * @param minutes when each value was measured, ascending
 */
export function plot(title: string, minutes: readonly number[], panels: readonly Panel[]): string {
  const height = TOP + panels.length * PANEL + 10;
  const end = minutes.at(-1) ?? 0;
  const drawn = panels.map((panel, index) => drawPanel(panel, minutes, end, TOP + index * PANEL));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    text(LEFT, 18, `${title}, ${end.toFixed(1)} minutes`, 'font-weight="bold"'),
    ...drawn.flat(),
    '</svg>\n',
  ].join('\n');
}

function drawPanel({ title, lines }: Panel, minutes: readonly number[], end: number, top: number): string[] {
  const bottom = top + PANEL - 30;
  const right = WIDTH - 10;
  const highest = lines.reduce((most, { values }) => values.reduce((a, b) => Math.max(a, b), most), 0) || 1;
  const x = (minute: number): number => LEFT + (minute / (end || 1)) * (right - LEFT);
  const y = (value: number): number => bottom - (value / highest) * (bottom - top - 24);
  const curves = lines.flatMap(({ name, values }, index) => {
    const colour = COLOURS[index % COLOURS.length] ?? 'black';
    const points = values.map((value, at) => `${x(minutes[at] ?? 0).toFixed(1)},${y(value).toFixed(1)}`);
    return [
      `<polyline fill="none" stroke="${colour}" points="${points.join(' ')}"/>`,
      text(LEFT + 180 + index * 90, top + 14, name, `fill="${colour}"`),
    ];
  });
  return [
    text(LEFT, top + 14, title),
    `<path d="M${LEFT} ${top + 20}V${bottom}H${right}" fill="none" stroke="#94a3b8"/>`,
    text(LEFT - 6, top + 28, Number(highest.toPrecision(3)).toString(), 'text-anchor="end"'),
    text(LEFT - 6, bottom, '0', 'text-anchor="end"'),
    ...curves,
  ];
}

function text(x: number, y: number, words: string, attributes = ''): string {
  const safe = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" ${attributes}>${safe}</text>`;
}
