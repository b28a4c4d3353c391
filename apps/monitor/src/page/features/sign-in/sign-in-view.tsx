import { Alert, Center, Code, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { ThemeSwitch } from '../../theme/theme-switch.js';

/** How one gets in, where each way is typed. */
const ways = [
  ['In a shell on its machine', 'npx penstock login'],
  ['With Docker', 'docker compose run --rm cli login'],
] as const;

/** Says how to sign in, and what went wrong before. */
export function SignInView({ trouble }: { readonly trouble: string | undefined }) {
  return (
    <Center component="main" mih="100vh" p="md">
      <Paper withBorder p="lg" w="100%" maw={460}>
        <Stack gap="md">
          <Group justify="space-between" wrap="nowrap">
            <Group gap="xs" wrap="nowrap">
              <img src="/penstock.svg" alt="" width={24} height={24} />
              <Title order={1} size="h4">
                Sign in to Penstock
              </Title>
            </Group>
            <ThemeSwitch />
          </Group>
          {trouble === undefined ? null : (
            <Alert color="orange" role="alert">
              {trouble}
            </Alert>
          )}
          <Text>A link opens this page to your browser. It works once; this prints one:</Text>
          {ways.map(([where, command]) => (
            <div key={command}>
              <Text size="sm" className="quiet" mb={4}>
                {where}
              </Text>
              <Code block>{command}</Code>
            </div>
          ))}
          <Text size="sm" className="quiet">
            <Code>npm start</Code> and <Code>penstock up</Code> print one when they are ready.
          </Text>
        </Stack>
      </Paper>
    </Center>
  );
}
