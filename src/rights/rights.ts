export { createRights, type Rights, type RightsNeeds } from './person-rights.ts';
export type { Held, HeldCategory, HeldEntry, HeldItem, PersonOf, Reader, Room } from './held/held.ts';
