import { findConnector } from '#carriers';
import type { Queries } from '#kit/database';
import type { Privacy } from '#privacy';

/**
 * Who got something about somebody, by name, each once: they are told of a correction, an erasure and a restriction
 * (GDPR art. 19). Of the newest 500 disclosures.
 */
export async function recipientsOf(
  privacy: Pick<Privacy, 'disclosuresOf'>,
  queries: Queries,
  personId: string,
): Promise<readonly string[]> {
  const disclosures = await privacy.disclosuresOf(queries, personId);
  const got = disclosures.filter(({ fields }) => fields.length > 0).map(({ recipient }) => nameOf(recipient));
  return [...new Set(got)].toSorted();
}

/** `carrier: dhl-unified`, `mail_relay: Mailing Ltd` */
function nameOf(recipient: string): string {
  const at = recipient.indexOf(': ');
  const name = recipient.slice(at < 0 ? 0 : at + 2);
  return recipient.startsWith('carrier: ') ? (findConnector(name)?.manifest.name ?? name) : name;
}
