import { setTimeout as wait } from 'node:timers/promises';
import { createTransport, type SMTPPoolOptions } from 'nodemailer';
import { Fault } from '#kit/fault';
import { composeMail, type Mail } from './mail/compose.ts';
import { readRelay, type Relay } from './mail/relay.ts';
import { lineTo } from './mail/try-relay.ts';
import { verdictOf } from './mail/verdict.ts';

export type { Mail };
export type { DkimSigner } from './mail/dkim.ts';
export { firstLines } from './mail/first-lines.ts';
export { readAddress } from './mail/compose.ts';
export { tryRelay, type TriedRelay } from './mail/try-relay.ts';
export { dmarcOf, readTags, spfOf } from './mail/records.ts';

export type MailAnswer =
  | { readonly accepted: true }
  /** `answer`: the relay's code and enhanced status (RFC 3463), `550 5.1.1`; never its text, which may name people. */
  | { readonly no: 'refused'; readonly permanent: boolean; readonly answer: string };

export type MailTransport = {
  /**
   * Hands one mail to the relay. Accepted is the relay's word that it has the mail, not that anyone read it. After a
   * Fault the mail may have gone out all the same (the line broke before the answer): trying again is right, sending
   * once is not promised.
   * @throws Fault('unavailable') when the relay takes no mail now, Fault('limit') when too many wait already,
   *   Fault('invalid') when the mail must not go out as it is
   */
  readonly send: (mail: Mail) => Promise<MailAnswer>;
  /** Who runs the relay, when that is someone outside the shop: a recipient of what mails say. */
  readonly operator: string | null;
  /** Lets mails on their way finish for 3 seconds, then cuts the lines. */
  readonly close: () => Promise<void>;
};

export type MailNeeds = {
  /** `smtp://user:password@host:587`, `smtps://host`; see readRelay for what TLS it asks for. */
  readonly url: string;
  readonly operator: string | null;
  readonly connectionsMax?: number;
  /** Silence after which a line is given up. RFC 5321 would wait 10 minutes; a queue of customers will not. */
  readonly silenceMsMax?: number;
  /** Certificates of the shop's own authority, when its relay is not known to the world. */
  readonly caPem?: string;
  readonly log: (line: string) => void;
};

const connectMsMax = 10_000;
const silenceMsMaxUsual = 120_000;
const mailMsMax = 300_000;
const mailsPerConnectionMax = 100;
const waitingMax = 1_000;
const closeMsMax = 3_000;

/** Mail over one SMTP relay, a few lines kept open. @throws Fault('invalid') for an address that is none */
export function createSmtpTransport(needs: MailNeeds): MailTransport {
  const relay = readRelay(needs.url);
  const pool = createTransport({ ...poolOptions(relay, needs), pool: true });
  // Every failure reaches the mail it belongs to; one without a mail (a line that broke while idle) harms nobody.
  pool.on('error', () => {});
  const underWay = new Set<Promise<unknown>>();
  const mood = createMood(relay, needs.log);

  async function handOver(mail: Mail): Promise<MailAnswer> {
    const composed = await composeMail(mail);
    if (composed === null) return { no: 'refused', permanent: true, answer: '553 5.1.3' };
    try {
      const signal = AbortSignal.timeout(mailMsMax);
      await pool.sendMail({ envelope: { ...composed.envelope }, raw: composed.raw, signal });
      mood.up();
      return { accepted: true };
    } catch (error) {
      const verdict = verdictOf(error);
      if (verdict.of === 'relay') throw mood.down(verdict.reason);
      mood.up();
      return { no: 'refused', permanent: verdict.permanent, answer: verdict.answer };
    }
  }

  return {
    operator: needs.operator,
    send: async (mail) => {
      if (underWay.size >= waitingMax) throw new Fault('limit', `${waitingMax} mails already wait for the mail relay.`);
      const handed = handOver(mail);
      underWay.add(handed);
      try {
        return await handed;
      } finally {
        underWay.delete(handed);
      }
    },
    close: async () => {
      pool.close();
      const patience = new AbortController();
      await Promise.race([
        Promise.allSettled(underWay),
        wait(closeMsMax, undefined, { signal: patience.signal }).catch(() => {}),
      ]);
      patience.abort();
      pool.close({ force: true });
    },
  };
}

function poolOptions(relay: Relay, needs: MailNeeds): SMTPPoolOptions {
  const silenceMsMax = needs.silenceMsMax ?? silenceMsMaxUsual;
  return {
    ...lineTo(relay, needs.caPem),
    maxConnections: needs.connectionsMax ?? 5,
    maxMessages: mailsPerConnectionMax,
    // Only lines that broke before a byte of the mail was sent are tried again here; the rest is the queue's to decide.
    maxRequeues: 2,
    connectionTimeout: Math.min(connectMsMax, silenceMsMax),
    greetingTimeout: Math.min(connectMsMax, silenceMsMax),
    socketTimeout: silenceMsMax,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Says once that the relay is gone and once that it is back, however many mails find out. */
function createMood(relay: Relay, log: (line: string) => void): { up: () => void; down: (reason: string) => Fault } {
  const name = `the mail relay ${relay.host}:${relay.port}`;
  let down = false;
  return {
    up: () => {
      if (down) log(`${name} takes mail again`);
      down = false;
    },
    down: (reason) => {
      if (!down) log(`${name} takes no mail: ${reason}`);
      down = true;
      return new Fault('unavailable', 'The mail relay takes no mail right now.', { internal: `${name}: ${reason}` });
    },
  };
}
