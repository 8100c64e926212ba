import { z } from 'zod';
import type { FrontState } from '#kit/http';
import { showId } from '#kit/ids';
import { certificateJson, type Tls } from '#tls';
import { operation, type Operation } from '../operations.ts';

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

/** Of the whole installation, whatever shop the key is of. Revoking and HSTS are for people at the console or terminal. */
export function certificateOperations({
  tls,
  fronts,
}: {
  readonly tls: Pick<Tls, 'list' | 'renewNow'>;
  readonly fronts: () => Promise<readonly FrontState[]>;
}): readonly Operation[] {
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
  ];
}
