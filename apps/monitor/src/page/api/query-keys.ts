/** What is asked for, by the names under which it is kept. */
export const queryKeys = {
  dead: ['dead'] as const,
  task: (taskId: string) => ['task', taskId] as const,
};
