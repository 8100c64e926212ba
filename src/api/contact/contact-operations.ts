import { z } from 'zod';
import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import {
  contactFields,
  contactJson,
  sayContactTrouble,
  snakeField,
  type ContactField,
  type ContactSettings,
  type Service,
} from '#service';
import { actorOf } from '../desk/request-operations.ts';
import { operation, type Operation } from '../operations.ts';

export type ContactApiNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly service: Pick<Service, 'contactOf' | 'contactSettings' | 'setContact'>;
};

const fieldBytesMax = 8_000;
const fieldOf: ReadonlyMap<string, ContactField> = new Map(contactFields.map((field) => [snakeField(field), field]));
const input = z.strictObject(
  Object.fromEntries([...fieldOf.keys()].map((name) => [name, z.string().max(fieldBytesMax).optional()])),
);

const told = z
  .object({
    settings: z
      .record(z.string(), z.string())
      .meta({ description: 'As staff write it, and as it is set; empty is not said' }),
    contact: z
      .object({
        shop: z.string(),
        name: z.string(),
        missing: z
          .array(z.object({ fact: z.string(), law: z.string() }))
          .meta({ description: 'What the law of the shop’s country wants said, with its article' }),
      })
      .loose()
      .meta({ description: 'As everybody reads it at /contact/<shop>.json' }),
  })
  .meta({ description: 'Who is behind the shop, and how it is reached' });

const exampleTold = {
  settings: { legal_name: 'Nordlicht Keramik e. K.', country: 'DE', mon: '09:00–12:00, 13:00–17:00' },
  contact: {
    shop: 'shp_01kakz3bafg1s3t5v7w9x0yz12',
    name: 'Nordlicht Keramik',
    missing: [{ fact: 'phone', law: 'Art. 246a § 1 Abs. 1 Satz 1 Nr. 3 EGBGB' }],
  },
};

/** What the key's shop says in public about who it is and how it is reached. */
export function contactOperations(needs: ContactApiNeeds): readonly Operation[] {
  return [
    operation({
      name: 'readContact',
      method: 'GET',
      path: '/v1/contact',
      scope: 'contact:read',
      input: null,
      summary: 'Who is behind the shop, how it is reached, and what the law of its country misses of it',
      output: told,
      example: { params: {}, output: exampleTold },
      act: async ({ caller }) => ({ status: 200, body: await toldOf(needs, caller.shopId) }),
    }),
    operation({
      name: 'setContact',
      method: 'PUT',
      path: '/v1/contact',
      scope: 'contact:write',
      summary: 'Set some of it; what is not named stays, an empty text takes it away',
      input,
      output: told,
      example: { params: {}, input: { phone: '+49 40 66969 120', sat: '10-14' }, output: exampleTold },
      act: async ({ caller, input: given }) => {
        const { shopId } = caller;
        const done = await needs.service.setContact({ shopId, patch: patchOf(given), actor: actorOf(caller) });
        if ('no' in done) throw refusal(done);
        return { status: 200, body: await toldOf(needs, shopId) };
      },
    }),
  ];
}

function patchOf(given: z.infer<typeof input>): Partial<ContactSettings> {
  const patch = Object.entries(given).flatMap(([name, text]): [string, string][] => {
    const field = fieldOf.get(name);
    return field === undefined || text === undefined ? [] : [[field, text]];
  });
  return Object.fromEntries(patch);
}

function refusal(done: Extract<Awaited<ReturnType<Service['setContact']>>, { no: string }>): Fault {
  switch (done.no) {
    case 'wrong': {
      const lines = done.troubles.map((trouble) => `${snakeField(trouble.field)}: ${sayContactTrouble('en', trouble)}`);
      return new Fault('invalid', lines.join(' '));
    }
    case 'stale':
      return new Fault('conflict', 'Somebody else changed it at the same moment. Try again.');
    case 'unknown':
      return new Fault('not_found', 'This shop is gone.');
  }
}

async function toldOf({ database, clock, service }: ContactApiNeeds, shopId: string) {
  const settings = await service.contactSettings(database, shopId);
  const contact = await service.contactOf(database, shopId);
  const written = contactFields.map((field) => [snakeField(field), settings[field]] as const);
  return { settings: Object.fromEntries(written), contact: contactJson(contact, clock.now()) };
}
