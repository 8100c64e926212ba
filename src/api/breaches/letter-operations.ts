import { z } from 'zod';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { letterLanguages, lettersBody, mailingJson } from '#rights';
import { operation, type Call, type Operation } from '../operations.ts';
import type { BreachApiNeeds } from './canary-operations.ts';

const moment = z.iso.datetime();
/** Two letters of 8,000 characters, each of four bytes at the most. */
const letterBytesMax = 128 * 1024;

const reach = z.object({
  persons: z.int(),
  with_address: z.int().meta({ description: 'How many the letter goes to; it is sent with this number as `confirm`' }),
});
const mailing = z.object({
  id: z.string(),
  begun_at: moment,
  actor: z.string(),
  languages: z.array(z.enum(letterLanguages)),
  persons: z.int(),
  mailed: z.int(),
  unreached: z.int().meta({ description: 'Without an address, with one that takes no mail, or erased since' }),
  ended_at: moment.nullable(),
});

const exampleId = 'brc_01kakz3bafg1s3t5v7w9x0yz12';
const exampleReach = { persons: 812, with_address: 799 };

/** Letters to those who may be affected (Art. 34 GDPR). */
export function letterOperations({ database, breaches }: BreachApiNeeds): readonly Operation[] {
  const path = '/v1/breaches/{id}/letters';
  return [
    operation({
      name: 'countBreachLetters',
      method: 'GET',
      path,
      scope: 'breaches:read',
      input: null,
      summary: 'How many customers a letter would go to, and which letters went; changes nothing',
      output: reach.extend({ mailings: z.array(mailing) }),
      example: { params: { id: exampleId }, output: { ...exampleReach, mailings: [] } },
      act: async (call) => {
        const looked = await breaches.reach(database, call.caller.shopId, caseIdOf(call));
        if (looked === null) throw noCase();
        return { status: 200, body: { ...reachJson(looked.reach), mailings: looked.mailings.map(mailingJson) } };
      },
    }),
    operation({
      name: 'sendBreachLetters',
      method: 'POST',
      path,
      scope: 'breaches:tell',
      summary: 'Mail a finished letter to every customer who may be affected (Art. 34 GDPR); it cannot be taken back',
      input: z.strictObject({ confirm: z.int().min(0), letters: lettersBody }),
      output: reach,
      bodyBytesMax: letterBytesMax,
      example: {
        params: { id: exampleId },
        input: { confirm: 799, letters: { en: { subject: 'Your data', text: 'A disk is missing. …' } } },
        output: exampleReach,
      },
      act: async (call) => {
        const { caller, input } = call;
        const actor = `key ${showId('key', caller.keyId)}`;
        const sent = await breaches.write(caller.shopId, caseIdOf(call), input, actor);
        return { status: 200, body: reachJson(sent) };
      },
    }),
  ];
}

function reachJson({ persons, withAddress }: { readonly persons: number; readonly withAddress: number }) {
  return { persons, with_address: withAddress };
}

/** @throws Fault('not_found') for what is no id */
function caseIdOf({ params }: Pick<Call<unknown>, 'params'>): string {
  const caseId = readId('brc', params['id'] ?? '');
  if (caseId === null) throw noCase();
  return caseId;
}

function noCase(): Fault {
  return new Fault('not_found', 'There is no such case here.');
}
