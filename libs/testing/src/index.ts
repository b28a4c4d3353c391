export { MemoryBalancer, type TaskSupply } from './memory-balancer.js';
export type { RunnableTask } from './memory-task.js';
