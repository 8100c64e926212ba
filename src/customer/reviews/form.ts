import type { Clock } from '#kit/clock';
import type { Database } from '#kit/database';
import { Fault } from '#kit/fault';
import { answer, anyone, type Answer, type Http, type HttpRequest, type RequestHead } from '#kit/http';
import { protectionPathOf, reviewsPathOf, type Orders, type Shop } from '#orders';
import { lawWords, pictureBytesMax, reviewInput, sayReason, sayReview, type Invitation, type Reviews } from '#reviews';
import { faceOf, languageLinks } from '../parts/shop-face.ts';
import type { PageNeeds } from '../tracking-page.tsx';
import type { ReviewDoor } from './reviews.ts';
import { endPage, type End } from './end-page.tsx';
import { formPage } from './form-page.tsx';
import {
  empty,
  errorsIn,
  limits,
  readWritten,
  starsIn,
  type FormError,
  type FormView,
  type Written,
} from './form-view.ts';
import { dayOf } from '../parts/home-day.ts';

export type FormNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly orders: Pick<Orders, 'shops'>;
  readonly reviews: Pick<Reviews, 'invitationOf' | 'submit' | 'withdraw' | 'settingsOf' | 'pictures'>;
};

/** Four pictures and what is written; what is more is a flood. */
const bodyBytesMax = 36 * 1024 * 1024;
const filesMax = 12;
const path = '/r/:token';

type Here = {
  readonly token: string;
  readonly shop: Shop;
  readonly invitation: Invitation;
  readonly publishDays: number;
  readonly language: string;
};

/**
 * The form behind the link of an invitation, whose 160 bits no other site knows, so that no other site can send it. It
 * names what was bought, and nobody. What was wrong is said beside its field, and nothing that was sent is lost.
 */
export function mountForm(http: Http, needs: FormNeeds, door: ReviewDoor): void {
  const pageNeeds = (language: string): PageNeeds => ({ say: door.say(language), assetUrl: http.assetUrl });
  const behind = async (request: RequestHead, act: (here: Here) => Promise<Answer>): Promise<Answer> => {
    const proof = request.params['token'] ?? '';
    const found = await http.limit.lookUp('link', { address: request.client.address, proof }, () => find(needs, proof));
    if (found === null) return door.unknownLink(request, http.assetUrl);
    const language = door.languageOf(request, found.shop.language);
    door.addTheme(found.shop);
    return await act({ ...found, language });
  };
  const form = (here: Here, written: Written, errors: readonly FormError[], isUnsure = false): Answer => {
    const html = formPage({ ...viewOf(here), written, errors, isUnsure }, pageNeeds(here.language));
    return answer.page(html, { status: errors.length === 0 ? 200 : 422 });
  };
  const end = (here: Here, ended: End, status = 200): Answer =>
    answer.page(endPage(viewOf(here), ended, pageNeeds(here.language)), { status });
  const people = { audience: 'people', admit: anyone } as const;
  http.route({
    ...people,
    method: 'GET',
    path,
    takes: 'nothing',
    handle: (request) =>
      behind(request, async (here) => {
        const { state, written } = here.invitation;
        const done = request.query.get('done');
        if (done === 'gone' && written === null) return end(here, { what: 'gone' });
        if (state === 'used') return end(here, usedUp(here, done === 'unsure'));
        if (state === 'expired') return end(here, { what: 'expired', until: untilOf(here) }, 410);
        if (done === 'sent' && state === 'written') {
          return end(here, { what: 'thanks', days: here.publishDays, until: untilOf(here) });
        }
        return await Promise.resolve(form(here, writtenOf(here, request.query), [], done === 'unsure'));
      }),
  });
  http.route({
    ...people,
    method: 'POST',
    path,
    takes: 'file',
    bodyBytesMax,
    handle: (request) => behind(request, (here) => sent(needs, here, request, { form, end })),
  });
  http.route({
    ...people,
    method: 'POST',
    path: `${path}/withdraw`,
    takes: 'form',
    handle: (request) =>
      behind(request, async (here) => {
        const query = `language=${here.language.slice(0, 2)}`;
        if (request.form().get('sure') !== 'yes')
          return answer.redirect(`/r/${here.token}?done=unsure&${query}#withdraw`);
        await needs.database.tx((tx) => needs.reviews.withdraw(tx, here.token));
        return answer.redirect(`/r/${here.token}?done=gone&${query}`);
      }),
  });
  mountOwnPictures(http, needs, people);
}

/** Pictures that their writer has sent, shown to them before anybody else. */
function mountOwnPictures(
  http: Http,
  needs: FormNeeds,
  people: { readonly audience: 'people'; readonly admit: typeof anyone },
): void {
  http.route({
    ...people,
    method: 'GET',
    path: `${path}/pictures/:name`,
    takes: 'nothing',
    handle: async ({ params, client }) => {
      const [token, name] = [params['token'] ?? '', params['name'] ?? ''];
      const jpeg = await http.limit.lookUp('link', { address: client.address, proof: token }, () =>
        needs.reviews.pictures.own(needs.database, token, name.replace(/\.jpg$/, '')),
      );
      if (jpeg === null) throw new Fault('not_found', 'There is no such picture.');
      return answer.bytes('image/jpeg', jpeg, { headers: { 'cache-control': 'private, max-age=600' } });
    },
  });
}

async function find(needs: FormNeeds, token: string): Promise<Omit<Here, 'language'> | null> {
  const { database, orders, reviews } = needs;
  const invitation = /^[\w-]{20,60}$/.test(token) ? await reviews.invitationOf(database, token) : null;
  if (invitation === null) return null;
  const shop = (await orders.shops(database)).find(({ shopId }) => shopId === invitation.shopId);
  if (shop === undefined) return null;
  const { publishDays } = await reviews.settingsOf(database, shop.shopId);
  return { token, shop, invitation, publishDays };
}

function viewOf(here: Here): Omit<FormView, 'written' | 'errors' | 'isUnsure'> {
  const { token, shop, invitation, language, publishDays } = here;
  return {
    language,
    shop: faceOf(shop, language),
    languages: languageLinks(`/r/${token}`),
    protectionUrl: protectionPathOf(shop, language),
    reviewsUrl: reviewsPathOf(shop, language),
    action: `/r/${token}`,
    products: invitation.items.map(({ name }) => name),
    state: invitation.written?.state ?? null,
    why: whyOf(here),
    until: untilOf(here),
    law: lawWords.map((word) => sayReview(language, word, { days: publishDays })),
  };
}

function whyOf({ invitation: { written }, language }: Here): FormView['why'] {
  if (written === null || written.state !== 'withheld' || written.reason === null) return { reason: '', note: '' };
  return { reason: sayReason(language, written.reason), note: written.note ?? '' };
}

function untilOf({ invitation, language }: Here): string {
  return dayOf(language, invitation.untilAt);
}

/** What was written before, else what the stars in the mail chose. */
function writtenOf({ invitation }: Here, query: URLSearchParams): Written {
  if (invitation.written === null) return { ...empty, shop: starsIn(query.get('shop')) };
  const { content } = invitation.written;
  const left = [...content.products];
  const products = invitation.items.flatMap(({ name, sku }, place): readonly [number, number][] => {
    const at = left.findIndex((one) => one.name === name && one.sku === sku);
    const [rated] = at < 0 ? [] : left.splice(at, 1);
    return rated === undefined ? [] : [[place, rated.stars]];
  });
  const { shop, delivery, title, text, by, pictures } = content;
  return { shop, delivery, products: new Map(products), heading: title, text, by, pictures };
}

type Pages = {
  readonly form: (here: Here, written: Written, errors: readonly FormError[]) => Answer;
  readonly end: (here: Here, end: End, status?: number) => Answer;
};

async function sent(needs: FormNeeds, here: Here, request: HttpRequest, pages: Pages): Promise<Answer> {
  const { token, language, invitation } = here;
  const { fields, files } = await request.parts({ filesMax, fileBytesMax: pictureBytesMax });
  if (invitation.state === 'expired' || invitation.state === 'used') return over(here, pages, invitation.state);
  const asked = readWritten(fields);
  const kept = await needs.reviews.pictures.takenOf(needs.database, token, asked.pictures);
  const taken = await take(
    needs,
    token,
    kept,
    files.filter(({ field }) => field === 'pictures').map(({ bytes }) => bytes),
  );
  const written = { ...asked, pictures: taken.pictures };
  const errors = [...errorsIn(written), ...taken.errors];
  const input = errors.length === 0 ? inputOf(written, language) : null;
  if (input === null) return pages.form(here, written, errors);
  const submitted = await needs.database.tx((tx) => needs.reviews.submit(tx, token, input));
  if ('reviewId' in submitted) return answer.redirect(`/r/${token}?done=sent&language=${language.slice(0, 2)}`);
  return over(here, pages, submitted.no === 'unknown' ? 'expired' : submitted.no);
}

function over(here: Here, pages: Pages, what: 'expired' | 'used'): Answer {
  return pages.end(here, what === 'used' ? usedUp(here) : { what, until: untilOf(here) }, 410);
}

function usedUp(here: Here, isUnsure = false): End {
  return { what: 'used', until: untilOf(here), isUnsure };
}

/** One after the other; those that can be shown are kept, whatever is the matter with another. */
async function take(needs: FormNeeds, token: string, kept: readonly string[], files: readonly (Uint8Array | null)[]) {
  const pictures = [...kept];
  const errors = new Set<FormError>();
  for (const bytes of files) {
    if (pictures.length >= limits.pictures) {
      errors.add('pictures.count');
      break;
    }
    const taken = bytes === null ? ({ no: 'bytes' } as const) : await needs.reviews.pictures.take(token, bytes);
    if ('hash' in taken) {
      if (!pictures.includes(taken.hash)) pictures.push(taken.hash);
    } else errors.add(taken.no === 'ended' ? 'pictures.broken' : `pictures.${taken.no}`);
  }
  return { pictures, errors: [...errors] };
}

/** In the shape of the room. @throws Fault('invalid') for what a form of ours does not send */
function inputOf({ shop, delivery, products, heading, text, by, pictures }: Written, language: string) {
  const read = reviewInput.safeParse({
    shop,
    delivery,
    title: heading,
    text,
    by,
    language: language.slice(0, 2),
    pictures: [...pictures],
    products: [...products].map(([place, stars]) => ({ place, stars })),
  });
  if (read.success) return read.data;
  throw new Fault('invalid', 'The form cannot be read.');
}
