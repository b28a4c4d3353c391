import { Alert, AppShell, Container, Group, Text } from '@mantine/core';
import { NavLink, Outlet } from 'react-router';
import { HealthBadge } from './features/health/health-badge.js';
import { SignOutButton } from './features/sign-in/sign-out-button.js';
import { SubmitButton } from './features/submit/submit-button.js';
import { useLive } from './live/live-context.js';
import { ThemeSwitch } from './theme/theme-switch.js';

const views = [
  ['/', 'Overview'],
  ['/workers', 'Workers'],
  ['/tasks', 'Tasks'],
  ['/health', 'Health'],
] as const;

/** The frame of every view: where one is, whether all is well, and what can always be done. */
export function App() {
  const { status, stats } = useLive();
  return (
    <AppShell header={{ height: { base: 100, sm: 54 } }} padding={0}>
      <a className="skip" href="#main">
        Skip to the content
      </a>
      <AppShell.Header>
        <Container size="xl" h="100%">
          <div className="frame">
            <Group gap="xs" wrap="nowrap">
              <img src="/penstock.svg" alt="Penstock" width={24} height={24} />
              <Text fw={700} visibleFrom="xs" aria-hidden>
                Penstock
              </Text>
              <HealthBadge />
            </Group>
            <nav className="nav" aria-label="Views">
              {views.map(([path, name]) => (
                <NavLink key={path} to={path} end={path === '/'}>
                  {name}
                </NavLink>
              ))}
            </nav>
            <Group className="tools" gap="xs" wrap="nowrap">
              <SubmitButton />
              <ThemeSwitch />
              <SignOutButton />
            </Group>
          </div>
        </Container>
      </AppShell.Header>
      <AppShell.Main>
        <Container component="div" size="xl" py="md" id="main" tabIndex={-1} style={{ outline: 'none' }}>
          <div role="status" aria-live="polite">
            {status === 'lost' ? (
              <Alert color="orange" mb="md" title="The connection to the balancer is lost">
                {stats === undefined
                  ? 'Trying again. If it does not run, start it with '
                  : 'What is shown is from before. Trying again. If it does not run, start it with '}
                <code>npm start</code>.
              </Alert>
            ) : null}
          </div>
          <Outlet />
        </Container>
      </AppShell.Main>
    </AppShell>
  );
}
