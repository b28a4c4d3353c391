import { Badge, Progress, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { shortId } from '@penstock/figures';
import { useLive } from '../../live/live-context.js';
import { NothingHere } from '../../ui/nothing-here.js';
import { Panel } from '../../ui/panel.js';
import { workerRows, type WorkerRow } from './worker-rows.js';

/** Every worker and what it does. */
export function WorkersPage() {
  const { hubs } = useLive();
  return (
    <Stack gap="md">
      <Title order={1}>Workers</Title>
      <WorkersPanel hubs={hubs} />
    </Stack>
  );
}

function WorkersPanel({ hubs }: Pick<ReturnType<typeof useLive>, 'hubs'>) {
  if (hubs === undefined) return <Panel title="Workers">Looking …</Panel>;
  const rows = workerRows(hubs);
  if (rows.length === 0) {
    return (
      <Panel title="Workers">
        <NothingHere title="No workers yet">
          A worker hub brings them: <code>npm start</code> starts one, and <code>penstock-worker-hub</code>{' '}
          another.
        </NothingHere>
      </Panel>
    );
  }
  return (
    <Panel title={`${rows.length} workers of ${hubs.length} ${hubs.length === 1 ? 'hub' : 'hubs'}`} isFlush>
      <Table.ScrollContainer minWidth={940}>
        <Table highlightOnHover verticalSpacing={6} aria-label="Workers">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Worker</Table.Th>
              <Table.Th>Current task</Table.Th>
              <Table.Th w={120}>% done</Table.Th>
              <Table.Th w={120}>% CPU</Table.Th>
              <Table.Th>Task id</Table.Th>
              <Table.Th>Host</Table.Th>
              <Table.Th ta="right">Probe port</Table.Th>
              <Table.Th ta="right">HTTP port</Table.Th>
              <Table.Th ta="right">Min priority</Table.Th>
              <Table.Th ta="right">Max priority</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <WorkerTableRow key={row.key} row={row} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

function WorkerTableRow({ row }: { readonly row: WorkerRow }) {
  const { name, hub, host, isAway, task, taskId, progress, cpu, isInline } = row;
  return (
    <Table.Tr>
      <Table.Td className="nowrap">
        <span className="mono">{name}</span>{' '}
        {isInline ? (
          <Badge size="xs" variant="default" tt="none">
            inline
          </Badge>
        ) : null}
      </Table.Td>
      <Table.Td>{task ?? <span className="quiet">{isAway ? 'its hub is away' : 'idle'}</span>}</Table.Td>
      <Table.Td>
        {progress === undefined ? null : <Bar value={progress} color="teal" label="done" />}
      </Table.Td>
      <Table.Td>{cpu === undefined ? null : <Bar value={cpu} color="orange" label="CPU" />}</Table.Td>
      <Table.Td className="mono">
        {taskId === undefined ? null : <Link to={`/tasks/${taskId}`}>{shortId(taskId)}</Link>}
      </Table.Td>
      <Table.Td className="nowrap">
        {host}
        {hub === host ? null : (
          <Text span size="xs" className="quiet">
            {' '}
            {hub}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="right">{row.probePort ?? '–'}</Table.Td>
      <Table.Td ta="right">{row.httpPort ?? '–'}</Table.Td>
      <Table.Td ta="right">{row.minPriority ?? 'any'}</Table.Td>
      <Table.Td ta="right">{row.maxPriority ?? 'any'}</Table.Td>
    </Table.Tr>
  );
}

function Bar({
  value,
  color,
  label,
}: {
  readonly value: number;
  readonly color: string;
  readonly label: string;
}) {
  const text = `${Math.round(value)} %`;
  return (
    <Stack gap={2}>
      <Text size="xs" lh={1}>
        {text}
      </Text>
      <Progress value={Math.min(100, value)} color={color} size={5} aria-label={`${text} ${label}`} />
    </Stack>
  );
}
