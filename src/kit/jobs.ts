export { createManualJobs, type ManualJobs } from './jobs/manual.ts';
export type { Job, JobHandler, Jobs, JobsNeeds } from './jobs/shapes.ts';
export { createWorkerJobs, migrateJobs } from './jobs/worker.ts';
