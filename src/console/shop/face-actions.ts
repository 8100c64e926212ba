import { z } from 'zod';
import { answer, type Answer } from '#kit/http';
import { readLogo, sayTrouble, shopFields, shopWith, type Logo, type ShopSettings } from '#orders';
import { consolePaths } from '../paths.ts';
import type { StaffRoute, Work } from '../staff.ts';
import { facePage } from './face-page.tsx';
import { faceView, readTyped, type Typed } from './face-view.ts';
import { previewDocument, previewPolicy } from './preview.ts';

const actor = 'staff';

export const faceRoutes: readonly StaffRoute[] = [
  { method: 'POST', path: consolePaths.saveFace, frames: true, act: save },
  { method: 'POST', path: consolePaths.logo, frames: true, takes: 'bytes', act: saveLogo },
  { method: 'GET', path: '/console/shop/preview', act: preview },
];

function show(work: Work, typed: Typed, status: 200 | 409 | 422): Answer {
  return answer.page(facePage(faceView(work.needs, work.visit, typed), work.pageNeeds), { status });
}

/** Saves, or only shows what was typed. What cannot be saved comes back as it was typed, with what is wrong beside it. */
async function save(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const { shop, shops } = visit;
  if (shop.sample) return answer.redirect(consolePaths.face);
  const form = request.form();
  const patch = readTyped(form);
  const others = shops.filter(({ shopId }) => shopId !== shop.shopId).map(({ name }) => name);
  if (form.get('act') === 'try') {
    return show(work, { settings: patch, troubles: shopWith(shop, patch, others).troubles }, 200);
  }
  const seen = readSeen(form.get('seen') ?? '');
  const done = await needs.orders.changeShop({ shopId: shop.shopId, patch, seen, actor });
  if ('shop' in done) {
    return answer.redirect(`${consolePaths.face}?done=${done.changed.length === 0 ? 'shop_same' : 'shop_saved'}`);
  }
  switch (done.no) {
    case 'wrong':
      return show(work, { settings: patch, troubles: done.troubles }, 422);
    case 'stale':
      return show(work, { settings: changedIn(patch, seen), troubles: [], stale: { was: seen, now: done.now } }, 409);
    case 'unknown':
      return answer.redirect(consolePaths.parcels);
  }
}

/** What somebody wrote themselves; in the fields that they left alone what others set goes on to stand. */
function changedIn(patch: Partial<ShopSettings>, seen: ShopSettings): Partial<ShopSettings> {
  return Object.fromEntries(Object.entries(patch).filter(([field, value]) => !isSeen(seen, field, value)));
}

function isSeen(seen: ShopSettings, name: string, value: string): boolean {
  return shopFields.some((field) => field === name && seen[field] === value);
}

const seenShape = z.record(z.string(), z.string());

/** The settings that the page was made from, as it brings them back; whatever is missing counts as having been empty. */
function readSeen(text: string): ShopSettings {
  let read: unknown = null;
  try {
    read = JSON.parse(text);
  } catch {
    // What was not sent by our page has seen nothing.
  }
  const fields = seenShape.safeParse(read).data ?? {};
  const seen = new Map<string, string>(shopFields.map((field) => [field, fields[field] ?? '']));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field has its entry
  return Object.fromEntries(seen) as ShopSettings;
}

async function saveLogo(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const { shop, language } = visit;
  if (shop.sample) return answer.redirect(consolePaths.face);
  const sent = await readUpload(request.bytes, request.headers['content-type'] ?? '');
  const refuse = (logoTrouble: string): Answer => show(work, { settings: {}, troubles: [], logoTrouble }, 422);
  if (sent === null) return refuse(visit.say('shop.logo.missing'));
  let logo: Logo | null = null;
  if (sent !== 'none') {
    const read = readLogo(sent);
    if ('no' in read) return refuse(sayTrouble(language, read.no));
    logo = read;
  }
  await needs.orders.changeShop({ shopId: shop.shopId, patch: {}, logo, actor });
  return answer.redirect(`${consolePaths.face}?done=${logo === null ? 'logo_removed' : 'logo_saved'}`);
}

/** The file that was sent; null when there was none. */
async function readUpload(bytes: Uint8Array, contentType: string): Promise<Uint8Array | 'none' | null> {
  try {
    const form = await new Response(Buffer.from(bytes), { headers: { 'content-type': contentType } }).formData();
    if (form.get('act') === 'none') return 'none';
    const file = form.get('logo');
    if (!(file instanceof File) || file.size === 0) return null;
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    // It is no form with a file in it.
    return null;
  }
}

/** For the frames of the page: nothing is read but what stands in the address and the shop's own settings. */
function preview({ needs, visit }: Work): Answer {
  const { shop } = shopWith(visit.shop, readTyped(visit.query), []);
  const html = previewDocument(needs, { shop, part: visit.query.get('part') ?? '' });
  return answer.page(html, {
    headers: { 'content-security-policy': previewPolicy, 'x-frame-options': 'SAMEORIGIN' },
  });
}
