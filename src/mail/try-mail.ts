import type { Clock } from '#kit/clock';
import { Fault } from '#kit/fault';
import { newId, showId } from '#kit/ids';
import { readAddress, type Mail, type MailAnswer, type MailTransport } from '#kit/mail';
import type { MailContent } from '#kit/mail-html';
import type { Shop } from '#orders';
import type { Signing } from './key-pairs.ts';
import { staffMail } from './staff-mail.ts';
import { sayMail, type MailWord } from './words.ts';

/** What happened, in order; each a sentence of `sayMail`. */
export type TriedMail = {
  readonly sent: boolean;
  readonly steps: readonly {
    readonly good: boolean;
    readonly word: MailWord;
    readonly values: Readonly<Record<string, string>>;
  }[];
};

type Needs = { readonly clock: Clock; readonly transport: MailTransport; readonly mailServer: string | null };
type Trial = {
  readonly shop: Shop;
  readonly address: string;
  readonly signed: Signing;
  readonly domain: string | null;
};
type Step = TriedMail['steps'][number];

/**
 * Sends one sample notice, with nobody's data in it, to an address that staff typed in: the address of a colleague, for
 * whom there is no disclosure to write down.
 */
export async function tryMail(needs: Needs, trial: Trial): Promise<TriedMail> {
  const { shop, signed, domain } = trial;
  const address = readAddress(trial.address);
  if (address === null) throw new Fault('invalid', 'This is no address that a mail can be sent to.');
  const { sender } = shop.face;
  const steps: Step[] = [
    {
      good: domain !== null,
      word: `try.from.${domain === null ? 'nowhere' : 'domain'}`,
      values: { address: sender.address },
    },
  ];
  if ('no' in signed) return { sent: false, steps: [...steps, step(false, `unsigned.${signed.why}`)] };
  const [signer] = signed.signers;
  if (signer === undefined) steps.push(step(false, `unsigned.${signed.unsigned ?? 'no_keys'}`));
  else {
    const selectors = signed.signers.map(({ selector }) => selector).join(', ');
    steps.push(step(true, 'try.signed', { domain: signer.domain, selectors }));
  }
  const server = needs.mailServer;
  steps.push(server === null ? step(false, 'try.inside') : step(true, 'try.server', { server }));
  const mail = { ...sampleMail(needs.clock, shop, address), signers: signed.signers };
  const answered = await needs.transport.send(mail).catch((error: unknown) => {
    if (error instanceof Fault) return error;
    throw error;
  });
  return outcome(steps, answered, server);
}

function outcome(steps: readonly Step[], answered: MailAnswer | Fault, server: string | null): TriedMail {
  if (answered instanceof Fault) {
    return { sent: false, steps: [...steps, step(false, 'try.broken', { why: answered.publicText })] };
  }
  if ('no' in answered) {
    const word = answered.permanent ? 'try.refused' : 'try.later';
    return { sent: false, steps: [...steps, step(false, word, { answer: answered.answer })] };
  }
  const last = server === null ? step(true, 'try.caught') : step(true, 'try.taken');
  return { sent: true, steps: server === null ? [...steps, last] : [...steps, last, step(true, 'try.look')] };
}

function step(good: boolean, word: MailWord, values: Step['values'] = {}): Step {
  return { good, word, values };
}

/** It looks like a notice: what arrives well is what customers will get. */
function sampleMail(clock: Clock, shop: Shop, address: string): Mail {
  const { language } = shop;
  const say = (word: MailWord): string => sayMail(language, word, { shop: shop.name });
  const content: MailContent = {
    language,
    preheader: say('sample.preheader'),
    heading: say('sample.heading'),
    blocks: [
      { kind: 'paragraph', text: say('sample.text') },
      {
        kind: 'facts',
        rows: [
          { label: say('sample.order'), value: 'TEST-1001' },
          { label: say('sample.number'), value: '00340434161094015902' },
        ],
      },
    ],
    footer: [{ text: say('sample.why') }],
  };
  const id = showId('ntc', newId(clock));
  return staffMail(shop, { address, subject: say('sample.subject'), content, id, sentAt: clock.now() });
}
