/** What is asked for, by the names under which it is kept. */
export const queryKeys = {
  task: (taskId: string) => ['task', taskId] as const,
};
