import { z } from 'zod';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import {
  breachBody,
  breachJson,
  breachLineJson,
  draftHtml,
  draftText,
  keyringStates,
  readBreach,
  stepKinds,
  suspects,
} from '#rights';
import { operation, type Call, type Operation } from '../operations.ts';
import type { BreachApiNeeds } from './canary-operations.ts';
import { letterOperations } from './letter-operations.ts';

const moment = z.iso.datetime();
const exampleId = 'brc_01kakz3bafg1s3t5v7w9x0yz12';
const wordsMax = 4_000;

const clock = z.object({
  state: z.enum(['waits', 'late', 'told', 'told late', 'closed untold']),
  due_at: moment.meta({ description: '72 hours after it was known (Art. 33(1) GDPR), by Regulation 1182/71' }),
  told_at: moment.nullable(),
  closed: z.boolean(),
});
const line = z.object({
  id: z.string(),
  shop: z.string().nullable().meta({ description: 'Null: every shop of the installation' }),
  suspect: z.enum(suspects),
  key_id: z.string().nullable(),
  tables: z.array(z.string()),
  from: moment,
  until: moment,
  keyring: z.enum(keyringStates),
  aware_at: moment,
  opened_at: moment,
  clock,
});
const state = line.extend({
  affected: z.object({
    persons: z.int(),
    by_shop: z.array(z.object({ shop: z.string(), name: z.string(), persons: z.int() })),
  }),
  categories: z.array(z.object({ field: z.string(), as: z.enum(['sealed', 'hash', 'plain']) })),
  readable: z.boolean().nullable().meta({ description: 'Null: it hangs on a keyring of which nobody knows' }),
  authority: z.enum(['tell', 'judge']),
  customers: z.enum(['judge', 'exempt', 'nobody']).meta({ description: '`exempt`: Art. 34(3)(a) GDPR' }),
  consequences: z.array(z.string()),
  steps: z.array(z.object({ kind: z.enum(stepKinds), at: moment, actor: z.string(), words: z.string() })),
});
const draft = z.object({ subject: z.string(), text: z.string(), html: z.string() });
const person = z.object({ id: z.string(), shop: z.string(), name: z.string(), email: z.string() });

const exampleLine = {
  id: exampleId,
  shop: 'shp_01kakz3bafg1s3t5v7w9x0yz12',
  suspect: 'backup' as const,
  key_id: null,
  tables: [],
  from: '2026-11-20T00:00:00Z',
  until: '2026-11-28T09:00:00Z',
  keyring: 'safe' as const,
  aware_at: '2026-11-29T12:10:00Z',
  opened_at: '2026-11-29T12:12:00Z',
  clock: { state: 'waits' as const, due_at: '2026-12-02T13:00:00Z', told_at: null, closed: false },
};
const exampleState = {
  ...exampleLine,
  affected: { persons: 812, by_shop: [{ shop: exampleLine.shop, name: 'Nordlicht', persons: 812 }] },
  categories: [{ field: 'email', as: 'sealed' as const }],
  readable: false,
  authority: 'tell' as const,
  customers: 'exempt' as const,
  consequences: ['relations'],
  steps: [{ kind: 'opened' as const, at: exampleLine.opened_at, actor: 'staff', words: 'A disk is missing.' }],
};
const exampleDraft = { subject: 'Notification', text: 'Notification\n\n…', html: '<!doctype html>…' };

/** The breach desk of the key's shop; cases about every shop are seen, and opened at the command line or in the console. */
export function breachOperations(needs: BreachApiNeeds): readonly Operation[] {
  return [...reading(needs), ...telling(needs), ...letterOperations(needs), ...writing(needs)];
}

function reading({ database, breaches }: BreachApiNeeds): readonly Operation[] {
  const params = { id: exampleId };
  return [
    operation({
      name: 'listBreaches',
      method: 'GET',
      path: '/v1/breaches',
      scope: 'breaches:read',
      input: null,
      summary: 'What may have been taken, newest first, with the clock of 72 hours',
      output: z.object({ breaches: z.array(line) }),
      example: { params: {}, output: { breaches: [exampleLine] } },
      act: async ({ caller }) => {
        const cases = await breaches.list(database, caller.shopId);
        return { status: 200, body: { breaches: cases.map(breachLineJson) } };
      },
    }),
    operation({
      name: 'readBreach',
      method: 'GET',
      path: '/v1/breaches/{id}',
      scope: 'breaches:read',
      input: null,
      summary: 'A case: who and what is affected, whether it can be read, what was done',
      output: state,
      example: { params, output: exampleState },
      act: async (call) => {
        const found = await breaches.show(database, call.caller.shopId, caseIdOf(call));
        if (found === null) throw noCase();
        return { status: 200, body: breachJson(found) };
      },
    }),
  ];
}

/** Whom to tell, and with what words. */
function telling({ database, breaches }: BreachApiNeeds): readonly Operation[] {
  return [
    operation({
      name: 'listBreachPersons',
      method: 'GET',
      path: '/v1/breaches/{id}/persons/{after}',
      scope: 'breaches:read',
      input: null,
      summary: 'Who may be affected, to be told: 1,000 at a time; `first`, then the last id until none come',
      output: z.object({ persons: z.array(person) }),
      example: {
        params: { id: exampleId, after: 'first' },
        output: {
          persons: [
            { id: 'per_01kakz3bafg1s3t5v7w9x0yz12', shop: exampleLine.shop, name: 'Ada', email: 'ada@example.com' },
          ],
        },
      },
      act: async (call) => {
        const { caller } = call;
        const after = readAfter(call);
        const found = await breaches.persons(caller.shopId, caseIdOf(call), after, actorOf(caller));
        const persons = found.map(({ personId, shopId, name, email }) => {
          return { id: showId('per', personId), shop: showId('shp', shopId), name, email };
        });
        return { status: 200, body: { persons } };
      },
    }),
    operation({
      name: 'draftBreachLetters',
      method: 'GET',
      path: '/v1/breaches/{id}/drafts/{language}',
      scope: 'breaches:read',
      input: null,
      summary: 'Letters to the authority (Art. 33(3) GDPR) and to customers (Art. 34(2)), to be filled in by somebody',
      output: z.object({ authority: draft, customers: draft }),
      example: {
        params: { id: exampleId, language: 'en' },
        output: { authority: exampleDraft, customers: exampleDraft },
      },
      act: async (call) => {
        const language = call.params['language'] === 'de' ? 'de' : 'en';
        const drafts = await breaches.drafts(database, call.caller.shopId, caseIdOf(call), language);
        if (drafts === null) throw noCase();
        const written = (one: typeof drafts.authority) => {
          return { subject: one.subject, text: draftText(one), html: draftHtml(one, language) };
        };
        return { status: 200, body: { authority: written(drafts.authority), customers: written(drafts.customers) } };
      },
    }),
  ];
}

function writing({ database, clock: time, breaches }: BreachApiNeeds): readonly Operation[] {
  return [
    operation({
      name: 'openBreach',
      method: 'POST',
      path: '/v1/breaches',
      scope: 'breaches:write',
      summary: 'Open a case: what may have been taken, when, and how that was found',
      input: breachBody,
      output: z.object({ id: z.string() }),
      example: {
        params: {},
        input: {
          suspect: 'backup',
          from: exampleLine.from,
          until: exampleLine.until,
          keyring: 'safe',
          found: 'A disk is missing.',
        },
        output: { id: exampleId },
      },
      act: async ({ caller, input }) => {
        const opened = readBreach(input, caller.shopId, time.now());
        const caseId = await database.tx((tx) => breaches.open(tx, opened, actorOf(caller)));
        return { status: 200, body: { id: showId('brc', caseId) } };
      },
    }),
    operation({
      name: 'addBreachStep',
      method: 'POST',
      path: '/v1/breaches/{id}/steps',
      scope: 'breaches:write',
      summary: 'Add to the log of a case; nothing of it is changed afterwards (Art. 33(5) GDPR)',
      input: z.strictObject({
        kind: z.enum(stepKinds).exclude(['opened']),
        words: z.string().max(wordsMax).default(''),
      }),
      output: z.object({ added: z.literal(true) }),
      example: {
        params: { id: exampleId },
        input: { kind: 'contained', words: 'The key was revoked.' },
        output: { added: true },
      },
      act: async (call) => {
        await breaches.step(call.caller.shopId, caseIdOf(call), call.input, actorOf(call.caller));
        return { status: 200, body: { added: true } };
      },
    }),
  ];
}

/** @throws Fault('not_found') for what is no id */
function caseIdOf({ params }: Pick<Call<unknown>, 'params'>): string {
  const caseId = readId('brc', params['id'] ?? '');
  if (caseId === null) throw noCase();
  return caseId;
}

function readAfter({ params }: Pick<Call<unknown>, 'params'>): string | null {
  const after = params['after'] ?? '';
  if (after === 'first') return null;
  const personId = readId('per', after);
  if (personId === null) throw new Fault('invalid', 'Say `first`, or the last id that came: per_…');
  return personId;
}

function noCase(): Fault {
  return new Fault('not_found', 'There is no such case here.');
}

function actorOf({ keyId }: Call<unknown>['caller']): string {
  return `key ${showId('key', keyId)}`;
}
