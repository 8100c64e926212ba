import { z } from 'zod';
import type { FrontState } from '#kit/http';
import { showId } from '#kit/ids';
import { certificateJson, type Tls } from '#tls';
import { operation, type Answer, type Call, type Operation } from '../operations.ts';

const nameMax = 255;
/** A key that orders again and again would use up what the authority grants a name in a week. */
const leftOfLifeMax = 0.95;
const moment = z.iso.datetime();
const name = z.string().min(1).max(nameMax);

const certificate = z.object({
  name,
  authority: z.string().nullable(),
  not_before: moment.nullable(),
  not_after: moment.nullable(),
  left_of_life: z.number().max(1).nullable().meta({ description: 'Of its own lifetime: 1 when it was just issued' }),
  revoked: z.boolean(),
  next_at: moment.meta({ description: 'When another is ordered, or tried again' }),
  failure: z
    .object({ why: z.string(), said: z.string(), authority: z.string(), failures: z.int(), failed_at: moment })
    .nullable()
    .meta({ description: 'Why there is no newer one; `said` are the authority’s own words' }),
  delivery: z
    .object({
      files: z.array(
        z.object({
          place: z.string(),
          delivered_at: moment.nullable(),
          current: z.boolean(),
          failure: z
            .object({ why: z.string(), said: z.string(), failures: z.int(), tried_at: moment, next_at: moment })
            .nullable(),
        }),
      ),
      fetched_at: moment.nullable(),
      fetched_current: z.boolean(),
    })
    .nullable()
    .meta({ description: 'How the server of one of the shop’s other names gets it; null: it is served here' }),
});

const example = {
  name: 'track.shop.example',
  authority: 'Let’s Encrypt',
  not_before: '2026-11-29T12:00:00Z',
  not_after: '2027-01-13T12:00:00Z',
  left_of_life: 0.98,
  revoked: false,
  next_at: '2026-12-29T12:00:00Z',
  failure: null,
  delivery: null,
};

const front = z.object({
  name,
  upstream: z.string().meta({ description: 'The server that its requests are passed on to' }),
  answers: z
    .object({ status: z.int(), ms: z.int() })
    .nullable()
    .meta({ description: 'What it said just now about its first page; null: nothing' }),
  why: z.enum(['refused', 'broken', 'slow']).nullable().meta({ description: 'Why it said nothing' }),
});

const frontExample = {
  name: 'shop.example',
  upstream: 'http://127.0.0.1:8080',
  answers: { status: 200, ms: 12 },
  why: null,
};

type Needs = {
  readonly tls: Pick<Tls, 'list' | 'renewNow' | 'handOut'>;
  readonly fronts: () => Promise<readonly FrontState[]>;
};

/** Of the whole installation, whatever shop the key is of. Revoking and HSTS are for people at the console or terminal. */
export function certificateOperations({ tls, fronts }: Needs): readonly Operation[] {
  return [
    operation({
      name: 'listFronts',
      method: 'GET',
      path: '/v1/front',
      summary: 'The names that requests are passed on for, and whether the servers behind them answer',
      scope: 'certificates:read',
      input: null,
      output: z.object({ fronts: z.array(front) }),
      example: { params: {}, output: { fronts: [frontExample] } },
      act: async () => ({ status: 200, body: { fronts: [...(await fronts())] } }),
    }),
    operation({
      name: 'listCertificates',
      method: 'GET',
      path: '/v1/certificates',
      summary: 'How it stands with the certificates of this house’s names',
      scope: 'certificates:read',
      input: null,
      output: z.object({ certificates: z.array(certificate) }),
      example: { params: {}, output: { certificates: [example] } },
      act: async () => ({ status: 200, body: { certificates: (await tls.list()).map(certificateJson) } }),
    }),
    operation({
      name: 'renewCertificate',
      method: 'POST',
      path: '/v1/certificates/renew',
      summary: 'Order a new certificate for a name now, whatever the old one says',
      scope: 'certificates:write',
      input: z.strictObject({ name }),
      output: z.object({
        ordered: z
          .boolean()
          .meta({ description: 'False when the name is none of this house’s, or its certificate is new' }),
      }),
      example: { params: {}, input: { name: 'track.shop.example' }, output: { ordered: true } },
      act: async ({ caller, input }) => {
        const line = (await tls.list()).find((one) => one.name === input.name);
        const mayOrder = line !== undefined && (line.served?.leftOfLife ?? 0) < leftOfLifeMax;
        if (mayOrder) await tls.renewNow(line.name, `key ${showId('key', caller.keyId)}`);
        return { status: 200, body: { ordered: mayOrder } };
      },
    }),
    operation({
      name: 'fetchCertificate',
      method: 'GET',
      path: '/v1/certificates/{name}/bundle',
      summary: 'The certificate of one of the shop’s other names with its private key, for the server of that name',
      scope: 'certificates:fetch',
      input: null,
      output: bundle,
      alsoAs: pemType,
      example: { params: { name: 'www.shop.example' }, output: bundleExample },
      act: async (call) => await fetched(tls, call),
    }),
  ];
}

const pemType = 'application/x-pem-file';
const pem = z.string();
const bundle = z.object({
  name,
  not_before: moment,
  not_after: moment,
  fullchain: pem.meta({ description: 'PEM, the leaf first' }),
  cert: pem,
  chain: pem,
  privkey: pem,
});
const bundleExample = {
  name: 'www.shop.example',
  not_before: '2026-11-29T12:00:00Z',
  not_after: '2027-01-13T12:00:00Z',
  fullchain: '-----BEGIN CERTIFICATE-----\n…',
  cert: '-----BEGIN CERTIFICATE-----\n…',
  chain: '-----BEGIN CERTIFICATE-----\n…',
  privkey: '-----BEGIN PRIVATE KEY-----\n…',
};

/** As PEM the key comes first and the chain after it, as one file that servers take for both. */
async function fetched(tls: Needs['tls'], { caller, params, headers }: Call<unknown>): Promise<Answer> {
  const asPem = (headers['accept'] ?? '').includes(pemType);
  const tagOf = (tag: string): string => `"${tag}${asPem ? '.pem' : ''}"`;
  const known = new Set((headers['if-none-match'] ?? '').split(',').map((one) => one.trim().replace(/^W\//, '')));
  const { name: wanted = '' } = params;
  const { tag, bundle: found } = await tls.handOut(wanted, {
    actor: `key ${showId('key', caller.keyId)}`,
    has: (one) => known.has('*') || known.has(tagOf(one)),
  });
  const about = { etag: tagOf(tag), vary: 'accept' };
  if (found === null) return { status: 304, headers: about, body: null };
  const { notBefore, notAfter, ...texts } = found;
  if (asPem) {
    return { status: 200, headers: { ...about, 'content-type': pemType }, body: texts.privkey + texts.fullchain };
  }
  const body = { name: wanted.toLowerCase(), not_before: at(notBefore), not_after: at(notAfter), ...texts };
  return { status: 200, headers: about, body };
}

function at(time: Temporal.Instant): string {
  return time.toString({ smallestUnit: 'second' });
}
