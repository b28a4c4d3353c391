import {
  Anchor,
  Group,
  Paper,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
  VisuallyHidden,
} from '@mantine/core';
import { lazy, Suspense, type ReactNode } from 'react';
import { Link } from 'react-router';
import { bytes, count, duration } from '@penstock/figures';
import { useLive } from '../../live/live-context.js';
import type { LiveState } from '../../live/live-state.js';
import { seriesStyle } from '../../theme/series-colors.js';
import { NothingHere } from '../../ui/nothing-here.js';
import { Panel } from '../../ui/panel.js';
import { TaskTable } from '../tasks/task-table.js';
import { busyWorkers } from '../workers/worker-rows.js';
import { endedPerSecond, oldestWaits, queueLengths } from './queue-series.js';
import { taskFigures, type Range, type TaskFigures } from './task-figures.js';

// The charts' library comes after the figures.
const LineChart = lazy(async () => ({ default: (await import('./line-chart.js')).LineChart }));
const CHART_HEIGHT = 214;

const RECENT = 8;

/** All of it at a glance. */
export function OverviewPage() {
  const live = useLive();
  return (
    <Stack gap="md">
      <VisuallyHidden>
        <Title order={1}>Overview</Title>
      </VisuallyHidden>
      <Tiles live={live} />
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
        <Panel title="Queued tasks">
          <Chart>
            <LineChart
              timeline={queueLengths(live.history)}
              label="Queued tasks over the last minute"
              format={count}
              isWhole
            />
          </Chart>
        </Panel>
        <Panel title="Oldest wait">
          <Chart>
            <LineChart
              timeline={oldestWaits(live.history)}
              label="Oldest wait over the last minute"
              format={seconds}
            />
          </Chart>
        </Panel>
      </SimpleGrid>
      <Figures live={live} />
      <Recent live={live} />
    </Stack>
  );
}

function Chart({ children }: { readonly children: ReactNode }) {
  return <Suspense fallback={<Skeleton height={CHART_HEIGHT} />}>{children}</Suspense>;
}

interface Props {
  readonly live: LiveState;
}

function seconds(value: number): string {
  return duration(value * 1_000);
}

function Tiles({ live: { stats, hubs = [], history } }: Props) {
  if (stats === undefined) return <Skeleton height={82} aria-label="Looking …" />;
  const { busy, all } = busyWorkers(hubs);
  const tiles = [
    ['Queued', count(stats.queued), bytes(stats.payloadBytes)],
    ['Running', count(stats.running), `${busy} of ${all} workers busy`],
    ['Ended per second', endedPerSecond(history).toFixed(1), `${count(stats.kept)} results kept`],
    ['Hubs', count(stats.hubs), `${count(all)} workers`],
    ['Clients', count(stats.clients), 'connected'],
    [
      'Up for',
      duration(stats.uptimeMs),
      stats.refusedLeases === 0 ? 'no late outcome' : `${count(stats.refusedLeases)} late outcomes refused`,
    ],
  ] as const;
  return (
    <SimpleGrid cols={{ base: 2, xs: 3, md: 6 }} spacing="sm">
      {tiles.map(([name, value, note]) => (
        <Paper key={name} withBorder px="md" py="xs">
          <Text size="xs" className="quiet">
            {name}
          </Text>
          <Text fz={22} fw={600} lh={1.3} data-testid={name}>
            {value}
          </Text>
          <Text size="xs" className="quiet" truncate>
            {note}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  );
}

function Figures({ live: { stats } }: Props) {
  if (stats === undefined) return null;
  const figures = taskFigures(stats.tasks);
  if (figures.length === 0) {
    return (
      <Panel title="Tasks by name">
        <NothingHere title="Nothing has been submitted yet">
          “Submit a task” above does, and so does <code>npm run demo</code>.
        </NothingHere>
      </Panel>
    );
  }
  return (
    <Panel title="Tasks by name, since the balancer started" isFlush>
      <Shares title="Tasks" figures={figures} shareOf={({ endedShare }) => endedShare} />
      <Shares title="Computing time" figures={figures} shareOf={({ runShare }) => runShare} />
      <Table.ScrollContainer minWidth={860}>
        <Table verticalSpacing={6} aria-label="Tasks by name">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Task</Table.Th>
              <Table.Th ta="right">Queued</Table.Th>
              <Table.Th ta="right">Running</Table.Th>
              <Table.Th ta="right">Done</Table.Th>
              <Table.Th ta="right">Failed</Table.Th>
              <Table.Th ta="right">Computing time</Table.Th>
              <Table.Th>Queueing time: min, mean, max</Table.Th>
              <Table.Th>Computing time: min, mean, max</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {figures.map((row) => (
              <Table.Tr key={row.name}>
                <Table.Td className="nowrap">
                  <Dot number={row.color} /> {row.name}
                </Table.Td>
                <Table.Td ta="right">{count(row.queued)}</Table.Td>
                <Table.Td ta="right">{count(row.running)}</Table.Td>
                <Table.Td ta="right">{count(row.done)}</Table.Td>
                <Table.Td ta="right">{count(row.failed)}</Table.Td>
                <Table.Td ta="right" className="nowrap">
                  {duration(row.runMs)}
                </Table.Td>
                <Table.Td>
                  <RangeBar range={row.wait} />
                </Table.Td>
                <Table.Td>
                  <RangeBar range={row.run} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

function Dot({ number }: { readonly number: number }) {
  const { color } = seriesStyle(number);
  return (
    <span
      style={{ display: 'inline-block', width: 9, height: 9, borderRadius: 2, background: color }}
      aria-hidden
    />
  );
}

/** A bar that is cut by shares; the table below it says the same in figures. */
function Shares({
  title,
  figures,
  shareOf,
}: {
  readonly title: string;
  readonly figures: readonly TaskFigures[];
  readonly shareOf: (figures: TaskFigures) => number;
}) {
  const text = figures.map((row) => `${row.name} ${Math.round(shareOf(row) * 100)} %`).join(', ');
  return (
    <Group px="md" pb={8} gap="sm" wrap="nowrap">
      <Text size="xs" className="quiet nowrap" w={104}>
        {title}
      </Text>
      <div
        style={{ display: 'flex', flex: 1, height: 14, gap: 1, borderRadius: 3, overflow: 'hidden' }}
        role="img"
        aria-label={`${title}: ${text}`}
        title={text}
      >
        {figures.map((row) => (
          <span
            key={row.name}
            style={{ width: `${shareOf(row) * 100}%`, background: seriesStyle(row.color).color }}
          />
        ))}
      </div>
    </Group>
  );
}

function RangeBar({ range }: { readonly range: Range | undefined }) {
  if (range === undefined) return <span className="quiet">–</span>;
  const { minMs, meanMs, maxMs, from, mean, to } = range;
  return (
    <Stack gap={4}>
      <Text size="xs" lh={1} className="nowrap">
        {duration(minMs)} <span className="quiet">·</span> <b>{duration(meanMs)}</b>{' '}
        <span className="quiet">·</span> {duration(maxMs)}
      </Text>
      <div className="range" aria-hidden>
        <i style={{ left: `${from * 100}%`, width: `${Math.max(2, (to - from) * 100)}%` }} />
        <b style={{ left: `${mean * 100}%` }} />
      </div>
    </Stack>
  );
}

function Recent({ live: { tasks } }: Props) {
  if (tasks === undefined || tasks.length === 0) return null;
  const all = (
    <Anchor component={Link} to="/tasks" size="sm">
      All of them
    </Anchor>
  );
  return (
    <Panel title="Latest tasks" aside={all} isFlush>
      <TaskTable tasks={tasks.slice(0, RECENT)} />
    </Panel>
  );
}
