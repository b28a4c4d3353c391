import { Table, Text } from '@mantine/core';
import { memo, useCallback } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { ago, duration, shortId } from '@penstock/figures';
import type { Task } from '../../api/client.js';
import { StateBadge } from '../../ui/state-badge.js';
import { useNow } from '../../ui/use-now.js';
import { doing } from './task-rows.js';

/** Tasks, a row each, that open in full. */
export function TaskTable({
  tasks,
  doingTitle = 'Now',
}: {
  readonly tasks: readonly Task[];
  /** Above what they do, or why they do nothing more. */
  readonly doingTitle?: string;
}) {
  const now = useNow();
  const navigate = useNavigate();
  const { search } = useLocation();
  const open = useCallback(
    (taskId: string) => void navigate({ pathname: `/tasks/${taskId}`, search }),
    [navigate, search],
  );
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table highlightOnHover verticalSpacing={6} aria-label="Tasks">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Task</Table.Th>
            <Table.Th>State</Table.Th>
            <Table.Th>User</Table.Th>
            <Table.Th ta="right">Priority</Table.Th>
            <Table.Th>Submitted</Table.Th>
            <Table.Th ta="right">Waited</Table.Th>
            <Table.Th ta="right">Ran</Table.Th>
            <Table.Th>{doingTitle}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tasks.map((task) => (
            <TaskRow key={task.taskId} task={task} submitted={ago(task.submittedAt, now)} onOpen={open} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

/** Drawn anew only when the task changes: there are many of them. */
const TaskRow = memo(function TaskRow({
  task,
  submitted,
  onOpen,
}: {
  readonly task: Task;
  readonly submitted: string;
  readonly onOpen: (taskId: string) => void;
}) {
  const { taskId, name, state, userId, priority, waitMs, runMs } = task;
  return (
    <Table.Tr
      className="clickable"
      tabIndex={0}
      onClick={() => onOpen(taskId)}
      onKeyDown={({ key }) => {
        if (key === 'Enter') onOpen(taskId);
      }}
    >
      <Table.Td className="nowrap">
        {name} <span className="mono quiet">{shortId(taskId)}</span>
      </Table.Td>
      <Table.Td>
        <StateBadge state={state} />
      </Table.Td>
      <Table.Td>{userId}</Table.Td>
      <Table.Td ta="right">{priority}</Table.Td>
      <Table.Td className="nowrap">{submitted}</Table.Td>
      <Table.Td ta="right" className="nowrap">
        {waitMs === undefined ? '' : duration(waitMs)}
      </Table.Td>
      <Table.Td ta="right" className="nowrap">
        {runMs === undefined ? '' : duration(runMs)}
      </Table.Td>
      <Table.Td className="quiet" maw={280}>
        <Text size="sm" truncate title={doing(task)}>
          {doing(task)}
        </Text>
      </Table.Td>
    </Table.Tr>
  );
});
