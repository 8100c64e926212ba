import { z } from 'zod';
import { answer, type Answer } from '#kit/http';
import { contactPathOf } from '#orders';
import {
  checkedFacts,
  contactAfter,
  contactDifferences,
  contactFields,
  sayContactField,
  sayContactTrouble,
  type ContactSettings,
  type ContactTrouble,
} from '#service';
import { consolePaths } from '../paths.ts';
import type { StaffRoute, Work } from '../staff.ts';
import { contactPage } from './contact-page.tsx';
import { contactView } from './contact-view.ts';

const actor = 'staff';
/** Room for something too long to be said to be too long. */
const typedCharactersMax = 8_000;
/** All fields as long as they may be, and what the page had before: up to twelve bytes a character, as forms send them. */
const formBytesMax = 512 * 1024;

/** The screen "Contact": who is behind the shop, with what the law of its country wants beside it. */
export const contactRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.contact, act: (work) => show(work, {}) },
  { method: 'POST', path: consolePaths.contact, act: save, formBytesMax },
];

type Typed = {
  readonly patch?: Partial<ContactSettings>;
  readonly troubles?: readonly ContactTrouble[];
  /** The settings as somebody else has left them since the page was opened, and as it had them. */
  readonly stale?: { readonly was: ContactSettings; readonly now: ContactSettings };
};

async function show(
  work: Work,
  { patch = {}, troubles = [], stale }: Typed,
  status: 200 | 409 | 422 = 200,
): Promise<Answer> {
  const { needs, visit, pageNeeds } = work;
  const { shop, language, frame, say } = visit;
  const current = stale?.now ?? (await needs.service.contactSettings(needs.database, shop.shopId));
  const view = contactView({
    frame,
    say,
    current,
    typed: { ...current, ...patch },
    checked: checkedFacts(current),
    wrong: new Map(troubles.map((trouble) => [trouble.field, sayContactTrouble(language, trouble)])),
    stale:
      stale === undefined
        ? []
        : contactDifferences(stale.was, stale.now).map((field) => ({
            label: sayContactField(language, field),
            was: stale.was[field],
            now: stale.now[field],
          })),
    previewUrl: contactPathOf(shop, language),
  });
  return answer.page(contactPage(view, pageNeeds), { status });
}

async function save(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const form = request.form();
  const patch = readTyped(form);
  const seen = readSeen(form.get('seen') ?? '');
  const done = await needs.service.setContact({ shopId: visit.shop.shopId, patch, seen, actor });
  if ('changed' in done) {
    return answer.redirect(
      `${consolePaths.contact}?done=${done.changed.length === 0 ? 'contact_same' : 'contact_saved'}`,
    );
  }
  switch (done.no) {
    case 'wrong':
      return await show(work, { patch, troubles: done.troubles }, 422);
    case 'stale':
      return await show(work, { patch: changedIn(patch, seen), stale: { was: seen, now: done.now } }, 409);
    case 'unknown':
      return answer.redirect(consolePaths.parcels);
  }
}

/** What somebody wrote themselves; in the fields that they left alone what others set goes on to stand. */
function changedIn(patch: Partial<ContactSettings>, seen: ContactSettings): Partial<ContactSettings> {
  const typed = contactAfter(seen, patch);
  const own = contactDifferences(seen, typed).map((field) => [field, patch[field]] as const);
  return Object.fromEntries(own);
}

function readTyped(form: URLSearchParams): Partial<ContactSettings> {
  const typed = contactFields.flatMap((field): [string, string][] => {
    const text = form.get(field);
    return text === null ? [] : [[field, text.slice(0, typedCharactersMax)]];
  });
  return Object.fromEntries(typed);
}

const seenShape = z.record(z.string(), z.string());

/** The settings that the page was made from, as it brings them back; whatever is missing counts as having been empty. */
function readSeen(text: string): ContactSettings {
  let read: unknown = null;
  try {
    read = JSON.parse(text);
  } catch {
    // What was not sent by our page has seen nothing.
  }
  const fields = seenShape.safeParse(read).data ?? {};
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field has its entry
  return Object.fromEntries(contactFields.map((field) => [field, fields[field] ?? ''])) as ContactSettings;
}
