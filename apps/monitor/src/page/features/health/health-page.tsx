import { Alert, Badge, Stack, Table, Text, Title } from '@mantine/core';
import { ago } from '@penstock/figures';
import type { Verdict } from '../../api/client.js';
import { useLive } from '../../live/live-context.js';
import { NothingHere } from '../../ui/nothing-here.js';
import { Panel } from '../../ui/panel.js';
import { useNow } from '../../ui/use-now.js';
import { verdictView } from './verdict-view.js';

const colors = { up: 'teal', suspect: 'yellow', down: 'red', unprobed: 'gray' } as const;

/** What the health check finds, in full. */
export function HealthPage() {
  const { verdict, healthStatus } = useLive();
  return (
    <Stack gap="md">
      <Title order={1}>Health</Title>
      {verdict === undefined ? (
        <Panel title="No verdict">
          <NothingHere title={verdictView(verdict, healthStatus).meaning}>
            <code>npm start</code> brings one up; by itself it is <code>penstock-healthcheck</code>.
          </NothingHere>
        </Panel>
      ) : (
        <Found verdict={verdict} />
      )}
    </Stack>
  );
}

function Found({ verdict: { components, warnings } }: { readonly verdict: Verdict }) {
  const now = useNow();
  return (
    <>
      {warnings.map(({ code, subject, message, since }) => (
        <Alert
          key={`${code} ${subject}`}
          color={code === 'HUB_DOWN' || code === 'BALANCER_DOWN' ? 'red' : 'yellow'}
          title={code}
        >
          {message} <span className="quiet">(since {ago(since, now)})</span>
        </Alert>
      ))}
      <Panel title="Components" isFlush>
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Component</Table.Th>
                <Table.Th>State</Table.Th>
                <Table.Th>Since</Table.Th>
                <Table.Th>What was found</Table.Th>
                <Table.Th>Workers</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {components.map(({ kind, name, state, message, since, hub }) => (
                <Table.Tr key={`${kind} ${name} ${hub?.incarnation}`}>
                  <Table.Td>
                    {name}{' '}
                    {hub === undefined ? null : (
                      <Text span size="sm" className="quiet">
                        {hub.host}, pid {hub.pid}
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>
                    <Badge color={colors[state]} variant="light" radius="sm" tt="none">
                      {state}
                    </Badge>
                  </Table.Td>
                  <Table.Td className="nowrap">{ago(since, now)}</Table.Td>
                  <Table.Td>{message}</Table.Td>
                  <Table.Td>{hub?.workers === undefined ? '' : workersInWords(hub.workers)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Panel>
    </>
  );
}

type Workers = NonNullable<NonNullable<Verdict['components'][number]['hub']>['workers']>;

function workersInWords(workers: Workers): string {
  const byState = Map.groupBy(workers, ({ state }) => state);
  return [...byState].map(([state, of]) => `${of.length} ${state}`).join(', ');
}
