import { timingSafeEqual } from 'node:crypto';
import type { Privacy } from '#privacy';

/**
 * Groups of mails that a person can have or not. `steps` is what is nice to know: shipped, out for delivery, delivered.
 * `reviews` asks for a review. What somebody must know to get their parcel is in no group: it belongs to the contract.
 */
export type MailGroup = 'steps' | 'reviews';

/** Whom a link of a mail unsubscribes, and from what. */
export type Subscriber = { readonly shopId: string; readonly personId: string; readonly group: MailGroup };

const idBytes = 16;
const macBytes = 16;
/** The first byte says which group: more can come. */
const byteOfGroup: Readonly<Record<MailGroup, number>> = { steps: 1, reviews: 2 };
const groupOfByte: ReadonlyMap<number, MailGroup> = new Map([
  [1, 'steps'],
  [2, 'reviews'],
]);

/** 49 bytes: group, shop, person, keyed hash. It names nobody to others, does not age and is the same in every mail. */
function tokenOf(privacy: Privacy, subscriber: Subscriber): string {
  const { shopId, personId, group } = subscriber;
  return Buffer.concat([
    Buffer.from([byteOfGroup[group]]),
    bytesOf(shopId),
    bytesOf(personId),
    macOf(privacy, subscriber),
  ]).toString('base64url');
}

/** Of the page that leads out of a group of mails. */
export function leavingUrl(privacy: Privacy, publicUrl: string, subscriber: Subscriber, language: string): string {
  const path = `/u/${tokenOf(privacy, subscriber)}?language=${encodeURIComponent(language.slice(0, 2))}`;
  return new URL(path, publicUrl).href;
}

/** Null when it is none of ours. Total. */
export function readToken(privacy: Privacy, token: string): Subscriber | null {
  if (!/^[\w-]{66}$/.test(token)) return null;
  const bytes = Buffer.from(token, 'base64url');
  const group = groupOfByte.get(bytes[0] ?? 0);
  if (group === undefined || bytes.length !== 1 + 2 * idBytes + macBytes) return null;
  const subscriber = {
    shopId: dashed(bytes.subarray(1, 1 + idBytes)),
    personId: dashed(bytes.subarray(1 + idBytes, 1 + 2 * idBytes)),
    group,
  };
  return timingSafeEqual(bytes.subarray(-macBytes), macOf(privacy, subscriber)) ? subscriber : null;
}

function macOf(privacy: Privacy, { shopId, personId, group }: Subscriber): Buffer {
  return privacy.index(shopId, 'unsubscribing', `${personId}\0${group}`);
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

function dashed(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/** RFC 8058: one click is for https only. */
export function oneClick(url: string | null): Readonly<Record<string, string>> {
  if (url === null || !url.startsWith('https:')) return {};
  return { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
