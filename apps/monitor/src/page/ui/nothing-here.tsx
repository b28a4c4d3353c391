import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Says that there is nothing to show, and what to do about it. */
export function NothingHere({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Stack align="center" gap={4} py="xl" px="md">
      <Text fw={600}>{title}</Text>
      {children === undefined ? null : (
        <Text component="div" className="quiet" size="sm" ta="center" maw={520}>
          {children}
        </Text>
      )}
    </Stack>
  );
}
