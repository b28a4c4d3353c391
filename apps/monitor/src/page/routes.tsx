import { createBrowserRouter } from 'react-router';
import { Door } from './door.js';
import { OverviewPage } from './features/overview/overview-page.js';
import { LoginPage } from './features/sign-in/login-page.js';
import { NothingHere } from './ui/nothing-here.js';

/** The views of the page, by their paths. What is not needed at first is loaded when it is. */
export const router = createBrowserRouter([
  { path: 'login', element: <LoginPage />, hydrateFallbackElement: <></> },
  {
    element: <Door />,
    hydrateFallbackElement: <></>,
    children: [
      { index: true, element: <OverviewPage /> },
      {
        path: 'workers',
        lazy: async () => ({ Component: (await import('./features/workers/workers-page.js')).WorkersPage }),
      },
      {
        path: 'tasks/:taskId?',
        lazy: async () => ({ Component: (await import('./features/tasks/tasks-page.js')).TasksPage }),
      },
      {
        path: 'health',
        lazy: async () => ({ Component: (await import('./features/health/health-page.js')).HealthPage }),
      },
      { path: '*', element: <NothingHere title="There is no such page" /> },
    ],
  },
]);
