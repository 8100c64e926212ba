import { z } from 'zod';
import { showId } from '#kit/ids';
import type { MailRoom } from '#mail';
import { operation, type Operation } from '../operations.ts';

const bounceBytesMax = 2 * 1024 * 1024;
const addressMax = 254;

const bounced = z.object({
  result: z.enum(['counted', 'suppressed', 'known', 'ignored', 'unknown_mail', 'no_report']).meta({
    description:
      '`counted`: a soft bounce · `suppressed`: the address gets no mail any more · `known`: this mail came back before · `ignored`: it says nothing about the address · `unknown_mail`: no mail of this shop · `no_report`: not a report of a mail server',
  }),
  code: z.string().meta({ description: 'Enhanced status (RFC 3463), empty when none was said' }),
});

export function mailOperations({ mail }: { readonly mail: MailRoom }): readonly Operation[] {
  return [
    operation({
      name: 'postBounce',
      method: 'POST',
      path: '/v1/mail/bounces',
      summary:
        'Take what came to the bounce address, as it came: one raw message (RFC 5322); the same again changes nothing',
      scope: 'mail:write',
      input: null,
      bytes: 'message/rfc822',
      output: bounced,
      bodyBytesMax: bounceBytesMax,
      example: { params: {}, output: { result: 'suppressed', code: '5.1.1' } },
      act: async ({ caller, bytes }) => {
        const { result, code } = await mail.takeBounce(caller.shopId, bytes);
        return { status: 200, body: { result, code } };
      },
    }),
    operation({
      name: 'liftSuppression',
      method: 'POST',
      path: '/v1/mail/suppressed/lift',
      summary: 'Write again to an address that mails came back from',
      scope: 'mail:write',
      input: z.strictObject({ email: z.string().min(3).max(addressMax) }),
      output: z.object({ lifted: z.int().min(0) }),
      example: { params: {}, input: { email: 'ada@example.com' }, output: { lifted: 1 } },
      act: async ({ caller, input }) => {
        const lifted = await mail.liftAddress(caller.shopId, input.email, `key ${showId('key', caller.keyId)}`);
        return { status: 200, body: { lifted } };
      },
    }),
  ];
}
