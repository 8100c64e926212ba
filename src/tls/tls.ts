// The front door of certificates: an account with an authority, and what it issues.
export { createAcmeClient, type AcmeClient, type AcmeIssued } from './acme/acme.ts';
export type { AcmeProving } from './acme/orders.ts';
export { AcmeFault } from './acme/problem.ts';
export type { AcmeProblemKind, AcmeProof } from './acme/shapes.ts';
