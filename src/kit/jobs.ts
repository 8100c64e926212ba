export { jobsHealth, type JobsHealth } from './jobs/health.ts';
export { createManualJobs, type ManualJobs } from './jobs/manual.ts';
export type { Job, Jobs } from './jobs/shapes.ts';
export { createWorkerJobs, migrateJobs } from './jobs/worker.ts';
