import { z } from 'zod';
import type { Evidence } from '#evidence';
import { issuerJson, issuers, sealJson, sealKinds, SealFault, sealStateJson, trialJson } from '#evidence';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { operation, type Call, type Operation } from '../operations.ts';

const moment = z.iso.datetime();
const exampleId = 'sea_01kakz3bafg1s3t5v7w9x0yz12';
const historyMax = 120;

const reading = z.object({
  grade: z.number().nullable(),
  scale: z.number().nullable(),
  count: z.int().nullable(),
  label: z.string().nullable(),
  valid_until: moment.nullable(),
});

const check = z.object({
  id: z.string(),
  at: moment,
  outcome: z.enum(['valid', 'ended', 'failed']),
  reason: z.string().nullable(),
  reading: reading.nullable(),
  took_ms: z.int(),
});

const seal = z.object({
  id: z.string(),
  issuer: z.string(),
  kind: z.enum(sealKinds),
  name: z.string(),
  certificate_url: z.string(),
  domain: z.string().meta({ description: 'The host of the shop that the issuer has to name' }),
  issuer_ref: z.string().nullable(),
  adapter: z.unknown().meta({ description: 'How staff described the way to ask; null: the issuer’s own' }),
  has_secrets: z.boolean(),
  shown: z.boolean().meta({ description: 'Whether customers see it' }),
  state: z.enum(['unchecked', 'valid', 'stale', 'lost', 'ended']),
  reason: z.string().nullable(),
  reading: reading.nullable(),
  last: check.nullable(),
  invites_since: moment.nullable(),
  may_invite: z.boolean(),
  added_at: moment,
  next_at: moment,
});

const input = z.strictObject({
  issuer: z.string().max(60),
  kind: z.enum(sealKinds),
  name: z.string().max(200).optional(),
  certificate_url: z.string().max(1_000),
  domain: z.string().max(500).optional(),
  issuer_ref: z.string().max(200).optional(),
  adapter: z.record(z.string(), z.unknown()).optional().meta({ description: 'docs/decisions/0034' }),
  secrets: z.record(z.string().max(30), z.string().max(2_000)).optional().meta({ description: 'Never shown again' }),
});

const exampleReading = { grade: 4.72, scale: 5, count: 1_318, label: null, valid_until: null };
const exampleCheck = {
  id: 'scn_01kakz3bafg1s3t5v7w9x0yz12',
  at: '2026-11-29T02:12:00Z',
  outcome: 'valid' as const,
  reason: null,
  reading: exampleReading,
  took_ms: 310,
};
const exampleSeal = {
  id: exampleId,
  issuer: 'trusted-shops',
  kind: 'rating' as const,
  name: 'Trusted Shops',
  certificate_url: 'https://www.trustedshops.de/bewertung/info_example.html',
  domain: 'shop.example',
  issuer_ref: 'chl-00112233-4455-6677-8899-aabbccddeeff',
  adapter: null,
  has_secrets: true,
  shown: true,
  state: 'valid' as const,
  reason: null,
  reading: exampleReading,
  last: exampleCheck,
  invites_since: null,
  may_invite: true,
  added_at: '2026-11-20T10:00:00Z',
  next_at: '2026-11-30T02:31:00Z',
};
const exampleInput = {
  issuer: 'ehi',
  kind: 'seal' as const,
  domain: 'shop.example',
  certificate_url: 'https://www.ehi-siegel.de/shops/example',
};

export type SealNeeds = {
  readonly database: Database;
  readonly evidence: Pick<
    Evidence,
    'seals' | 'state' | 'addSeal' | 'removeSeal' | 'checkNow' | 'tryReading' | 'setInviting'
  >;
};

/** Seals and ratings that others gave the key's shop. */
export function sealOperations(needs: SealNeeds): readonly Operation[] {
  return [...readingSeals(needs), ...changingSeals(needs), ...askingIssuers(needs)];
}

function readingSeals({ database, evidence }: SealNeeds): readonly Operation[] {
  return [
    operation({
      name: 'listSeals',
      method: 'GET',
      path: '/v1/seals',
      scope: 'seals:read',
      input: null,
      summary: 'Seals and ratings of others, with how they stand',
      output: z.object({ seals: z.array(seal) }),
      example: { params: {}, output: { seals: [exampleSeal] } },
      act: async ({ caller }) => {
        const seals = await evidence.seals(database, caller.shopId);
        return { status: 200, body: { seals: seals.map(sealJson) } };
      },
    }),
    operation({
      name: 'listIssuers',
      method: 'GET',
      path: '/v1/seals/issuers',
      scope: 'seals:read',
      input: null,
      summary: 'The issuers that are known, and how each is asked',
      output: z.object({ issuers: z.array(z.looseObject({ id: z.string(), name: z.string() })) }),
      example: { params: {}, output: { issuers: [{ id: 'ehi', name: 'EHI Geprüfter Online-Shop' }] } },
      act: () => Promise.resolve({ status: 200, body: { issuers: issuers.map(issuerJson) } }),
    }),
    operation({
      name: 'readSeal',
      method: 'GET',
      path: '/v1/seals/{id}',
      scope: 'seals:read',
      input: null,
      summary: 'One of them with its checks, and how many buyers were invited through it',
      output: z.object({ seal, checks: z.array(check), invitations: z.record(z.string(), z.int()) }),
      example: {
        params: { id: exampleId },
        output: { seal: exampleSeal, checks: [exampleCheck], invitations: { sent: 12, withheld: 140 } },
      },
      act: async (call) => {
        const found = await evidence.state(call.caller.shopId, sealIdOf(call), historyMax);
        if (found === null) throw noSeal();
        return { status: 200, body: sealStateJson(found) };
      },
    }),
  ];
}

function changingSeals({ evidence }: SealNeeds): readonly Operation[] {
  return [
    operation({
      name: 'addSeal',
      method: 'POST',
      path: '/v1/seals',
      scope: 'seals:write',
      summary: 'Add a seal or a rating that the shop may show, and check it at once',
      input,
      output: seal,
      example: { params: {}, input: exampleInput, output: exampleSeal },
      act: async ({ caller, input: given }) => {
        const added = await named(() => evidence.addSeal(caller.shopId, inputOf(given), actorOf(caller)));
        return { status: 200, body: sealJson(added) };
      },
    }),
    operation({
      name: 'removeSeal',
      method: 'DELETE',
      path: '/v1/seals/{id}',
      scope: 'seals:write',
      input: null,
      summary: 'Remove it, with everything that was kept of it',
      output: z.object({ removed: z.boolean() }),
      example: { params: { id: exampleId }, output: { removed: true } },
      act: async (call) => {
        const removed = await evidence.removeSeal(call.caller.shopId, sealIdOf(call), actorOf(call.caller));
        return { status: 200, body: { removed } };
      },
    }),
    operation({
      name: 'inviteThroughSeal',
      method: 'POST',
      path: '/v1/seals/{id}/invitations',
      scope: 'seals:write',
      summary: 'Have buyers who allow it invited through it, or no more',
      input: z.strictObject({ on: z.boolean() }),
      output: seal,
      example: { params: { id: exampleId }, input: { on: true }, output: exampleSeal },
      act: async (call) => {
        const { shopId } = call.caller;
        const changed = await evidence.setInviting(shopId, sealIdOf(call), call.input.on, actorOf(call.caller));
        return { status: 200, body: sealJson(changed) };
      },
    }),
  ];
}

function askingIssuers({ evidence }: SealNeeds): readonly Operation[] {
  return [
    operation({
      name: 'checkSeal',
      method: 'POST',
      path: '/v1/seals/{id}/check',
      scope: 'seals:write',
      input: null,
      summary: 'Ask its issuer now, at most once every 10 seconds',
      output: seal,
      example: { params: { id: exampleId }, output: exampleSeal },
      act: async (call) => {
        const checked = await evidence.checkNow(call.caller.shopId, sealIdOf(call), actorOf(call.caller));
        return { status: 200, body: sealJson(checked) };
      },
    }),
    operation({
      name: 'trySeal',
      method: 'POST',
      path: '/v1/seals/try',
      scope: 'seals:write',
      summary: 'Ask an issuer, and show what was read without keeping it',
      input,
      output: z.object({
        outcome: z.enum(['valid', 'ended', 'failed']),
        reason: z.string().nullable(),
        reading: reading.nullable(),
        took_ms: z.int(),
        adapter: z.unknown().meta({ description: 'By which way it was asked' }),
      }),
      example: {
        params: {},
        input: exampleInput,
        output: { outcome: 'valid', reason: null, reading: exampleReading, took_ms: 310, adapter: {} },
      },
      act: async ({ caller, input: given }) => {
        const trial = await named(() => evidence.tryReading(caller.shopId, inputOf(given)));
        return { status: 200, body: trialJson(trial) };
      },
    }),
  ];
}

function inputOf({ certificate_url: certificateUrl, issuer_ref: issuerRef, ...rest }: z.infer<typeof input>) {
  return { ...rest, certificateUrl, issuerRef };
}

/** Names the field as the caller gave it. */
async function named<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof SealFault)) throw error;
    const field = error.field.replace('certificateUrl', 'certificate_url').replace('issuerRef', 'issuer_ref');
    throw new Fault('invalid', `${field}: ${error.publicText}`);
  }
}

/** @throws Fault('not_found') for what is no id */
function sealIdOf({ params }: Pick<Call<unknown>, 'params'>): string {
  const sealId = readId('sea', params['id'] ?? '');
  if (sealId === null) throw noSeal();
  return sealId;
}

function noSeal(): Fault {
  return new Fault('not_found', 'There is no such seal here.');
}

function actorOf({ keyId }: Call<unknown>['caller']): string {
  return `key ${showId('key', keyId)}`;
}
