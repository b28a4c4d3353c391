import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { HISTORY_MS } from '../../live/live-state.js';
import { seriesStyle } from '../../theme/series-colors.js';
import type { Timeline } from './queue-series.js';

const HEIGHT = 190;
const WHOLE_STEPS = [1, 2, 5]
  .flatMap((step) => Array.from({ length: 8 }, (_, power) => step * 10 ** power))
  .toSorted((a, b) => a - b);

/** Lines over the last minute. */
export function LineChart({
  timeline,
  label,
  format,
  isWhole = false,
}: {
  readonly timeline: Timeline;
  /** What it shows, for those who do not see it. */
  readonly label: string;
  readonly format: (value: number) => string;
  /** Values are counts, so that an axis with halves would make no sense. */
  readonly isWhole?: boolean;
}) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<UPlot>(undefined);
  const isDark = useComputedColorScheme('light') === 'dark';
  // A new chart is drawn when other lines come, not with each second.
  const lines = JSON.stringify(timeline.series.map(({ label: name, color }) => [name, color ?? null]));

  useEffect(() => {
    const { current: element } = place;
    if (element === null) return;
    const ink = isDark ? '#a6adba' : '#5c6370';
    const grid = { stroke: isDark ? '#2f333b' : '#e6e9ed', width: 1 };
    const drawn = JSON.parse(lines) as readonly (readonly [string, number | null])[];
    const plot = new UPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        cursor: { y: false, points: { size: 6 } },
        scales: {
          x: { range: (_plot, _min, max) => [max - HISTORY_MS / 1_000, max] },
          y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] },
        },
        axes: [
          {
            stroke: ink,
            grid,
            space: 70,
            values: (_plot, splits) =>
              splits.map((second) => new Date(second * 1_000).toLocaleTimeString('en-GB')),
          },
          {
            stroke: ink,
            grid,
            size: 76,
            values: (_plot, splits) => splits.map(format),
            ...(isWhole ? { incrs: WHOLE_STEPS } : {}),
          },
        ],
        series: [
          { label: 'Time', value: (_plot, second) => new Date(second * 1_000).toLocaleTimeString('en-GB') },
          ...drawn.map(([name, number]) => ({
            label: name,
            ...(number === null
              ? { stroke: isDark ? '#e9ecef' : '#212529', width: 2 }
              : { stroke: seriesStyle(number).color, dash: seriesStyle(number).dash, width: 1.5 }),
            points: { show: false },
            value: (_plot: UPlot, value: number | null) => (value === null ? '–' : format(value)),
          })),
        ],
      },
      [[], ...drawn.map(() => [])],
      element,
    );
    chart.current = plot;
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
      chart.current = undefined;
    };
  }, [isDark, lines, format, isWhole]);

  useEffect(() => {
    const { current: plot } = chart;
    plot?.setData([
      [...timeline.seconds],
      ...timeline.series.map(({ values }) => [...values]),
    ] as UPlot.AlignedData);
    // Where nobody points at a moment, the legend has the latest.
    if (plot !== undefined && (plot.cursor.left ?? -1) < 0)
      plot.setLegend({ idx: timeline.seconds.length - 1 });
  }, [timeline, isDark, lines, format, isWhole]);

  return <div ref={place} className="chart" role="img" aria-label={label} />;
}
