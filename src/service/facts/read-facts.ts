import { z } from 'zod';
import { isContactField, type ContactField } from './fields.ts';

const storedShape = z.record(z.string(), z.string());

/** What is kept of the fields; what another version knew is left where it is. */
export function readFacts(stored: unknown): Partial<Record<ContactField, string>> {
  const fields = storedShape.safeParse(stored ?? {}).data ?? {};
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isContactField(name)));
}
