import { isIP } from 'node:net';
import type { Lookup as AnyLookup } from '#kit/egress';
import { dmarcOf, readTags, spfOf } from '#kit/mail';
import { selectorsOf, type KeyPair } from '../key-pairs.ts';
import type { MailWord } from '../words.ts';

type Lookup = Pick<AnyLookup, 'texts' | 'exchanges'>;
type State = 'ok' | 'missing' | 'wrong' | 'unanswered';

/** One record that belongs into DNS, as it is there now. */
export type CheckedRecord = {
  readonly key: 'spf' | 'dkim_rsa' | 'dkim_ed25519' | 'dmarc' | 'mx';
  readonly type: 'TXT' | 'MX';
  readonly name: string;
  /** What to publish. Of SPF, DMARC and MX there are other right ones. */
  readonly value: string;
  readonly found: readonly string[];
  readonly state: State;
  /** What that means and what to do, for `sayMail`. */
  readonly todo: MailWord;
};

export type RecordsReport = {
  readonly domain: string;
  readonly bounceAddress: string | null;
  readonly records: readonly CheckedRecord[];
  /** The label of the pair that signs; null while none does. */
  readonly signsWith: string | null;
};

/** With the pairs of keys of which both records are there. */
type Checked = Omit<RecordsReport, 'signsWith'> & { readonly seenPairs: readonly string[] };

export type Wanted = {
  readonly domain: string;
  /** Of this domain, newest first. */
  readonly pairs: readonly KeyPair[];
  readonly bounceAddress: string | null;
  readonly mailServer: string | null;
};

export async function checkRecords(lookup: Lookup, wanted: Wanted): Promise<Checked> {
  const { domain, pairs, bounceAddress } = wanted;
  const returnDomain = bounceAddress?.split('@')[1] ?? domain;
  const newest = pairs[0];
  const signing = pairs.find((pair) => pair.seenAt !== null);
  const shown = [...new Set([newest, signing])].filter((pair) => pair !== undefined);
  const checked = await Promise.all(shown.map((pair) => checkPair(lookup, pair)));
  const [spf, dmarc, mx] = await Promise.all([
    checkSpf(lookup, returnDomain, wanted.mailServer),
    checkDmarc(lookup, domain),
    checkExchange(lookup, returnDomain),
  ]);
  return {
    domain,
    bounceAddress,
    records: [spf, ...checked.flatMap(({ records }) => records), dmarc, mx],
    seenPairs: checked.flatMap(({ pairId, records }) => (records.every(({ state }) => state === 'ok') ? [pairId] : [])),
  };
}

async function checkPair(lookup: Lookup, pair: KeyPair): Promise<{ pairId: string; records: CheckedRecord[] }> {
  const selectors = selectorsOf(pair);
  const records = await Promise.all([
    checkKey(lookup, 'dkim_rsa', `${selectors.rsa}._domainkey.${pair.domain}`, 'rsa', pair.rsaPublic),
    checkKey(lookup, 'dkim_ed25519', `${selectors.ed25519}._domainkey.${pair.domain}`, 'ed25519', pair.ed25519Public),
  ]);
  return { pairId: pair.pairId, records };
}

async function checkKey(
  lookup: Lookup,
  key: 'dkim_rsa' | 'dkim_ed25519',
  name: string,
  kind: string,
  publicKey: string,
): Promise<CheckedRecord> {
  const found = await lookup.texts(name);
  const value = `v=DKIM1; k=${kind}; p=${publicKey}`;
  const [only, ...others] = found ?? [];
  const tags = readTags(only ?? '');
  const isRight =
    others.length === 0 &&
    (tags.get('v') ?? 'DKIM1') === 'DKIM1' &&
    (tags.get('k') ?? 'rsa') === kind &&
    (tags.get('p') ?? '').replaceAll(/\s/g, '') === publicKey;
  const state = stateOf(found, isRight);
  return { key, type: 'TXT', name, value, found: found ?? [], state, todo: `dns.dkim.${state}` };
}

/** Whether the record names the right servers is known to whoever gets the mail; here only what is wrong for sure. */
async function checkSpf(lookup: Lookup, name: string, mailServer: string | null): Promise<CheckedRecord> {
  const all = await lookup.texts(name);
  const found = all === null ? null : spfOf(all);
  const value = `v=spf1 ${senderOf(mailServer)} ~all`;
  const [only = '', ...others] = found ?? [];
  const letsSomebodySend = /\s\+?(?:a|mx|ip4|ip6|include|exists|redirect)(?:[:=/\s]|$)/i.test(only);
  const letsAllSend = /\s[+?]?all\b/i.test(only);
  const state = stateOf(found, others.length === 0 && letsSomebodySend && !letsAllSend);
  return { key: 'spf', type: 'TXT', name, value, found: found ?? [], state, todo: `dns.spf.${state}` };
}

/** A mail server on this machine sends by an address that only its operator knows: `mx` is the best guess then. */
function senderOf(mailServer: string | null): string {
  const host = mailServer?.replace(/^\[(.*)\]$/, '$1') ?? '';
  if (host === '' || host === 'localhost' || host === '::1' || host.startsWith('127.')) return 'mx';
  const family = isIP(host);
  return family === 0 ? `a:${host}` : `ip${family}:${host}`;
}

async function checkDmarc(lookup: Lookup, domain: string): Promise<CheckedRecord> {
  const name = `_dmarc.${domain}`;
  const found = await dmarcOf(lookup, domain);
  const [only = '', ...others] = found ?? [];
  const policy = readTags(only).get('p')?.toLowerCase() ?? '';
  const state = stateOf(found, others.length === 0 && ['none', 'quarantine', 'reject'].includes(policy));
  const value = 'v=DMARC1; p=quarantine; adkim=r; aspf=r';
  return { key: 'dmarc', type: 'TXT', name, value, found: found ?? [], state, todo: `dns.dmarc.${state}` };
}

async function checkExchange(lookup: Lookup, name: string): Promise<CheckedRecord> {
  const found = await lookup.exchanges(name);
  const isRight = (found ?? []).some((exchange) => exchange !== '' && exchange !== '.');
  const state = stateOf(found, isRight);
  const value = '10 mail.your-provider.example';
  return { key: 'mx', type: 'MX', name, value, found: found ?? [], state, todo: `dns.mx.${state}` };
}

function stateOf(found: readonly string[] | null, isRight: boolean): State {
  if (found === null) return 'unanswered';
  if (found.length === 0) return 'missing';
  return isRight ? 'ok' : 'wrong';
}
