export { onDisk } from './balancer/on-disk.js';
export { inMemory, type BalancerBuild, type SimDisk } from './balancer/balancer-build.js';
export { faultKinds, type FaultKind } from './faults/fault.js';
export { replay, type ReplayReport } from './replay.js';
export { runSeed, type Finding, type RunOptions, type RunReport } from './run.js';
export { runSeeds, type SeedRange } from './run-seeds.js';
export { scenarioOf } from './scenario/generate.js';
export type { Scenario } from './scenario/scenario.js';
export { Tally, type TallyLine } from './tally.js';
