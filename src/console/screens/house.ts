import { findConnector } from '#carriers';
import { findIssuer, invitationFields } from '#evidence';
import { rules, type Field, type Rule } from '#privacy';
import type { ConsoleNeeds } from '../needs.ts';
import type { KeysView, SampleView, SettingsView } from '../view.ts';
import type { Say } from '../words.ts';
import type { Visit } from './visit.ts';

/** What may leave to this kind of recipient without anybody being asked: a reading of the rules. */
export function mayLeave(to: Rule['to']): readonly Field[] {
  const lines = rules.filter(
    (rule) => rule.to === to && rule.verdict !== 'never' && !rule.verdict.startsWith('consent'),
  );
  return [...new Set(lines.flatMap(({ fields }) => fields))];
}

export async function settingsView(needs: ConsoleNeeds, visit: Visit): Promise<SettingsView> {
  const egress = [
    ...(await carrierLines(needs, visit)),
    ...(await issuerLines(needs, visit)),
    ...mailLines(needs, visit.say),
  ];
  return { frame: visit.frame, version: needs.version, settings: needs.settings(), egress };
}

type EgressLine = SettingsView['egress'][number];

/** Every carrier that a shop has an account with; the sample shop's are led to a simulator. */
async function carrierLines(needs: ConsoleNeeds, { shops, say }: Visit): Promise<readonly EgressLine[]> {
  const lines = new Map<string, EgressLine>();
  for (const { shopId, sample } of shops) {
    for (const { carrier } of await needs.carriers.accounts(needs.database, shopId)) {
      const manifest = findConnector(carrier)?.manifest;
      if (manifest === undefined) continue;
      const asks = say(sample ? 'settings.egress.sample' : 'settings.egress.tracking');
      const line = { who: manifest.name, hosts: manifest.hosts, why: asks, fields: mayLeave('carrier') };
      lines.set(`${carrier} ${asks}`, line);
    }
  }
  return [...lines.values()];
}

/** Issuers of the shops' seals: asked without a word of any customer, and told of buyers only where these allow it. */
async function issuerLines(needs: ConsoleNeeds, { shops, say }: Visit): Promise<readonly EgressLine[]> {
  const lines = new Map<string, EgressLine>();
  for (const { shopId, sample } of shops) {
    for (const seal of await needs.evidence.seals(needs.database, shopId)) {
      const hosts = (seal.adapter ?? findIssuer(seal.issuer)?.adapters[seal.kind])?.hosts ?? [];
      const does = seal.invitesSince === null ? 'seals' : 'invites';
      const fields = seal.invitesSince === null ? [] : invitationFields;
      const why = say(`settings.egress.${sample ? 'sample_seals' : does}`);
      lines.set(`${seal.issuerName} ${hosts.join(' ')} ${why}`, { who: seal.issuerName, hosts, why, fields });
    }
  }
  return [...lines.values()];
}

function mailLines({ mailServer }: ConsoleNeeds, say: Say): readonly EgressLine[] {
  if (mailServer === null) return [];
  const { host, operator } = mailServer;
  const sends = say(operator === null ? 'settings.egress.own_mail' : 'settings.egress.mail');
  return [{ who: operator ?? host, hosts: [host], why: sends, fields: mayLeave('mail_relay') }];
}

type Answered = Pick<KeysView, 'made' | 'wrong'>;

export async function keysView(
  needs: ConsoleNeeds,
  visit: Visit,
  answered: Answered = { made: null, wrong: null },
): Promise<KeysView> {
  const keys = await needs.keys.list(visit.shop.shopId);
  return { frame: visit.frame, keys, scopes: needs.keys.scopes, ...answered };
}

const sampleParcelsMax = 1_000;

/** Null when there is no sample shop. */
export async function sampleView(needs: ConsoleNeeds, visit: Visit): Promise<SampleView | null> {
  const sample = visit.shops.find((shop) => shop.sample);
  if (sample === undefined) return null;
  const parcels = await needs.parcels.list(needs.database, {
    shopId: sample.shopId,
    milestones: null,
    carrier: null,
    before: null,
    limit: sampleParcelsMax,
  });
  const orders = new Set(parcels.map(({ orderId }) => orderId));
  return { frame: visit.frame, orders: orders.size, parcels: parcels.length };
}
