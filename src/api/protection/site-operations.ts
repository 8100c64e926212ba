import { z } from 'zod';
import { Fault } from '#kit/fault';
import { readId, showId } from '#kit/ids';
import { lineJson, siteJson, siteKinds, stateJson, type Protection } from '#protection';
import { operation, type Call, type Operation } from '../operations.ts';

const moment = z.iso.datetime();
const hostMax = 512;
const historyMax = 120;
const exampleId = 'sit_01kakz3bafg1s3t5v7w9x0yz12';

const observatory = z.object({ score: z.int(), grade: z.string() }).nullable();
const counts = z.object({ alarm: z.int(), warning: z.int(), note: z.int() });
const line = z.object({
  id: z.string(),
  at: moment,
  took_ms: z.int(),
  grade: z.string().nullable(),
  observatory,
  counts,
});

const site = z.object({
  id: z.string(),
  host: z.string(),
  port: z.int(),
  kind: z.enum(siteKinds),
  own: z.boolean().meta({ description: 'Of the installation itself, and so of every shop' }),
  proven: z
    .object({ by: z.enum(['own', 'file', 'dns']), at: moment })
    .nullable()
    .meta({ description: 'How it was shown to be the shop’s; nothing else is scanned' }),
  proof: z
    .object({
      file: z.object({ url: z.string(), content: z.string() }),
      dns: z.object({ name: z.string(), type: z.string(), value: z.string() }),
    })
    .nullable()
    .meta({ description: 'What is to be shown: either is enough' }),
  added_at: moment,
  last: line.nullable(),
  next_at: moment.nullable(),
});

const finding = z.object({
  id: z.string(),
  part: z.enum(['tls', 'web']),
  code: z.string(),
  severity: z.enum(['alarm', 'warning', 'note']),
  cap: z.string().nullable().meta({ description: 'The best grade that is left with it' }),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  said: z.object({ what: z.string(), why: z.string(), mend: z.string() }).nullable(),
  since: moment,
  seen_at: moment,
  mended_at: moment.nullable(),
  visible_from: moment.nullable().meta({ description: 'When customers begin to see it, where that is still to come' }),
  told_at: moment.nullable(),
});

const state = z.object({
  site,
  open: z.array(finding),
  mended: z.array(finding),
  history: z.array(line),
  seen: z.unknown().meta({ description: 'All that the last scan saw' }),
});

const exampleLine = {
  id: 'scn_01kakz3bafg1s3t5v7w9x0yz12',
  at: '2026-11-29T12:00:00Z',
  took_ms: 420,
  grade: 'A+',
  observatory: { score: 120, grade: 'A+' },
  counts: { alarm: 0, warning: 0, note: 2 },
};
const exampleSite = {
  id: exampleId,
  host: 'www.shop.example',
  port: 443,
  kind: 'www' as const,
  own: false,
  proven: { by: 'dns' as const, at: '2026-11-29T12:00:00Z' },
  proof: {
    file: {
      url: 'https://www.shop.example/.well-known/glasspost-site-proof.txt',
      content: '00112233445566778899aabbccddeeff',
    },
    dns: {
      name: '_glasspost.www.shop.example',
      type: 'TXT' as const,
      value: 'glasspost-site=00112233445566778899aabbccddeeff',
    },
  },
  added_at: '2026-11-29T11:58:00Z',
  last: exampleLine,
  next_at: '2026-11-29T17:51:00Z',
};

export type SiteNeeds = {
  readonly protection: Pick<Protection, 'sites' | 'addSite' | 'removeSite' | 'proveSite' | 'scanNow' | 'state'>;
};

/** The hosts of the key's shop, and the installation's own. */
export function siteOperations(needs: SiteNeeds): readonly Operation[] {
  return [...readingSites(needs), ...changingSites(needs), ...lookingAtSites(needs)];
}

function readingSites({ protection }: SiteNeeds): readonly Operation[] {
  return [
    operation({
      name: 'listSites',
      method: 'GET',
      path: '/v1/sites',
      scope: 'protection:read',
      input: null,
      summary: 'The hosts whose protection is watched',
      output: z.object({ sites: z.array(site) }),
      example: { params: {}, output: { sites: [exampleSite] } },
      act: async ({ caller }) => {
        const sites = await protection.sites(caller.shopId);
        return { status: 200, body: { sites: sites.map(siteJson) } };
      },
    }),
    operation({
      name: 'readSite',
      method: 'GET',
      path: '/v1/sites/{id}',
      scope: 'protection:read',
      input: null,
      summary: 'What was found at a host, what was mended, and its last scans',
      output: state,
      example: {
        params: { id: exampleId },
        output: { site: exampleSite, open: [], mended: [], history: [exampleLine], seen: null },
      },
      act: async (call) => {
        const found = await protection.state(call.caller.shopId, siteIdOf(call), historyMax);
        if (found === null) throw noSite();
        return { status: 200, body: stateJson(found) };
      },
    }),
  ];
}

function changingSites({ protection }: SiteNeeds): readonly Operation[] {
  return [
    operation({
      name: 'addSite',
      method: 'POST',
      path: '/v1/sites',
      scope: 'protection:write',
      summary: 'Add a host of the shop; the answer says what is to be shown as a proof',
      input: z.strictObject({
        host: z.string().min(1).max(hostMax),
        port: z.int().min(1).max(65_535).optional(),
        kind: z.enum(siteKinds).default('other'),
      }),
      output: site,
      example: { params: {}, input: { host: 'www.shop.example', kind: 'www' }, output: exampleSite },
      act: async ({ caller, input: { host, port, kind } }) => {
        const wanted = { host, kind, ...(port === undefined ? {} : { port }) };
        return { status: 200, body: siteJson(await protection.addSite(caller.shopId, wanted, actorOf(caller))) };
      },
    }),
    operation({
      name: 'removeSite',
      method: 'DELETE',
      path: '/v1/sites/{id}',
      scope: 'protection:write',
      input: null,
      summary: 'Remove a host with everything that was kept of it',
      output: z.object({
        removed: z.boolean().meta({ description: 'False when there is none, or the installation keeps it by itself' }),
      }),
      example: { params: { id: exampleId }, output: { removed: true } },
      act: async (call) => {
        const { shopId } = call.caller;
        return {
          status: 200,
          body: { removed: await protection.removeSite(shopId, siteIdOf(call), actorOf(call.caller)) },
        };
      },
    }),
  ];
}

function lookingAtSites({ protection }: SiteNeeds): readonly Operation[] {
  return [
    operation({
      name: 'proveSite',
      method: 'POST',
      path: '/v1/sites/{id}/prove',
      scope: 'protection:write',
      input: null,
      summary: 'Look for the proof now, and scan when it is there',
      output: z.object({
        site: site.nullable(),
        no: z.enum(['not_shown', 'unreachable']).nullable().meta({ description: 'Why it is not proven' }),
      }),
      example: { params: { id: exampleId }, output: { site: exampleSite, no: null } },
      act: async (call) => {
        const proven = await protection.proveSite(call.caller.shopId, siteIdOf(call), actorOf(call.caller));
        const body = 'no' in proven ? { site: null, no: proven.no } : { site: siteJson(proven), no: null };
        return { status: 200, body };
      },
    }),
    operation({
      name: 'scanSite',
      method: 'POST',
      path: '/v1/sites/{id}/scan',
      scope: 'protection:write',
      input: null,
      summary: 'Scan a host now, at most once a minute',
      output: line,
      example: { params: { id: exampleId }, output: exampleLine },
      act: async (call) => {
        const { shopId } = call.caller;
        const siteId = siteIdOf(call);
        const known = (await protection.sites(shopId)).find((one) => one.siteId === siteId);
        // The key may do it; it is the host that is not ready.
        if (known?.proven === null) throw new Fault('conflict', 'Nothing is scanned before its proof was seen.');
        return { status: 200, body: lineJson(await protection.scanNow(shopId, siteId, actorOf(call.caller))) };
      },
    }),
  ];
}

/** @throws Fault('not_found') for what is no id */
function siteIdOf({ params }: Pick<Call<unknown>, 'params'>): string {
  const siteId = readId('sit', params['id'] ?? '');
  if (siteId === null) throw noSite();
  return siteId;
}

function noSite(): Fault {
  return new Fault('not_found', 'There is no such host here.');
}

function actorOf({ keyId }: Call<unknown>['caller']): string {
  return `key ${showId('key', keyId)}`;
}
