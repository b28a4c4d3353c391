import { Box, Group, Paper, Title } from '@mantine/core';
import { useId, type ReactNode } from 'react';

/** A titled part of a page. */
export function Panel({
  title,
  aside,
  children,
  isFlush = false,
}: {
  readonly title: string;
  /** What stands to the right of the title. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  /** The content reaches the edges, as a table does. */
  readonly isFlush?: boolean;
}) {
  const id = useId();
  return (
    <Paper component="section" withBorder aria-labelledby={id}>
      <Group justify="space-between" px="md" pt="sm" pb="xs" wrap="wrap">
        <Title order={2} id={id}>
          {title}
        </Title>
        {aside}
      </Group>
      <Box px={isFlush ? 0 : 'md'} pb={isFlush ? 0 : 'md'}>
        {children}
      </Box>
    </Paper>
  );
}
