import { timingSafeEqual } from 'node:crypto';
import { readAddress } from '#kit/mail';
import { readId, showId } from '#kit/ids';
import type { Privacy } from '#privacy';

/**
 * Where a mail comes back to (VERP): `bounces+<opaque>@domain`. The opaque part is the mail's id and 80 bits of a keyed
 * hash, in letters that survive a server that changes their case; nobody else can make one, and it names nobody.
 */
const macCharacters = 20;
const idCharacters = 26;
const localMax = 64;
const opaqueShape = new RegExp(`\\+([0-9a-z]{${idCharacters}}[0-9a-f]{${macCharacters}})$`);

export function returnPathOf(privacy: Privacy, shopId: string, mailId: string, bounceAddress: string): string {
  const [local = '', domain = ''] = bounceAddress.split('@');
  return `${local}+${showId('ntc', mailId).slice('ntc_'.length)}${macOf(privacy, shopId, mailId)}@${domain}`;
}

/** The mail that an address of ours names; null when it names none of this shop. Total. */
export function mailOfReturnPath(privacy: Privacy, shopId: string, address: string): string | null {
  const at = address.lastIndexOf('@');
  const [, opaque = ''] = opaqueShape.exec(address.slice(0, Math.max(at, 0)).toLowerCase()) ?? [];
  const mailId = readId('ntc', `ntc_${opaque.slice(0, idCharacters)}`);
  if (mailId === null) return null;
  const given = Buffer.from(opaque.slice(idCharacters));
  const right = Buffer.from(macOf(privacy, shopId, mailId));
  return given.length === right.length && timingSafeEqual(given, right) ? mailId : null;
}

function macOf(privacy: Privacy, shopId: string, mailId: string): string {
  return privacy.index(shopId, 'return path', mailId).toString('hex').slice(0, macCharacters);
}

/** A bounce address as it is kept, or null: it needs room for what is added, and no plus of its own. */
export function readBounceAddress(text: string): string | null {
  const address = readAddress(text)?.toLowerCase() ?? null;
  const local = address?.split('@')[0] ?? '+';
  const isRoomy = local.length + 1 + idCharacters + macCharacters <= localMax;
  return address !== null && isRoomy && /^[a-z0-9._-]+$/.test(local) ? address : null;
}
