import { createBrowserRouter } from 'react-router';
import { App } from './app.js';
import { OverviewPage } from './features/overview/overview-page.js';
import { NothingHere } from './ui/nothing-here.js';

/** The views of the page, by their paths. What is not needed at first is loaded when it is. */
export const router = createBrowserRouter([
  {
    element: <App />,
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
