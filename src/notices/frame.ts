import type { FooterLine, MailTheme } from '#kit/mail-html';
import { contactPathOf, helpPathOf, hoursLineOf, protectionPathOf, type Face, type Shop } from '#orders';
import { oneLine } from './told-parcel.ts';
import type { Say } from './words.ts';

const nameLengthMax = 80;

/** A name that is an address would make our mail carry somebody's link: such a person is greeted without. */
export function greetingOf(say: Say, name: string): string {
  const plain = oneLine(name, nameLengthMax + 1);
  const isUsable = plain !== '' && plain.length <= nameLengthMax && !/[/@\\<>]|www\.|\.\p{L}{2,}/iu.test(plain);
  return isUsable ? say('greeting.named', { name: plain }) : say('greeting.plain');
}

/** What stands below every mail of a shop; `why` says why its reader got it. */
export function footerOf(
  { say, url, language }: { readonly say: Say; readonly url: string; readonly language: string },
  shop: Shop,
  unsubscribeUrl: string | null,
  why: 'footer.why' | 'footer.asked' | 'footer.law' | 'footer.wrote' | 'footer.reviews',
): readonly FooterLine[] {
  const hrefOf = (path: string): string => new URL(path, url).href;
  return [
    ...(shop.sample ? [{ text: say('footer.sample') }] : []),
    ...contactOf(say, { ...shop.face.contact, hours: hoursLineOf(shop.face.contact, language) }),
    { text: say(why, { shop: shop.name }) },
    ...(why === 'footer.why'
      ? [lineTo(say('footer.data'), say('footer.data.label'), `${url}/data?language=${language.slice(0, 2)}`)]
      : []),
    lineTo(say('footer.contact'), say('footer.contact.label'), hrefOf(contactPathOf(shop, language))),
    lineTo(say('footer.help'), say('footer.help.label'), hrefOf(helpPathOf(shop, language))),
    lineTo(
      say('footer.protection'),
      say('footer.protection.label', { shop: shop.name }),
      hrefOf(protectionPathOf(shop, language)),
    ),
    ...(unsubscribeUrl === null
      ? []
      : [
          lineTo(
            say(why === 'footer.reviews' ? 'footer.object' : 'footer.fewer'),
            say(why === 'footer.reviews' ? 'footer.object.label' : 'footer.fewer.label'),
            unsubscribeUrl,
          ),
        ]),
  ];
}

function contactOf(say: Say, { email, phone, hours, url }: Face['contact']): readonly FooterLine[] {
  return [
    ...(email === null ? [] : [lineTo(say('footer.email'), say('footer.email.label'), `mailto:${encodeURI(email)}`)]),
    ...(phone === null ? [] : [{ text: reachedBy(say, phone, hours) }]),
    ...(url === null ? [] : [lineTo(say('footer.url'), URL.parse(url)?.host ?? url, url)]),
  ];
}

function reachedBy(say: Say, phone: string, hours: string | null): string {
  return hours === null ? say('footer.phone', { phone }) : say('footer.phone.hours', { phone, hours });
}

/** A shop's own address that leads nowhere is still said. */
function lineTo(text: string, label: string, url: string): FooterLine {
  const leads = /^(?:https?|mailto):/u.test(URL.parse(url)?.protocol ?? '');
  return leads ? { text, link: { label, url } } : { text: `${text} ${label}` };
}

/** The shop's two colours on plain paper; the rest is the same for every shop. */
export function themeOf({ name, face }: Shop): MailTheme {
  const { brand, onBrand } = face;
  const logoUrl = face.logoUrl !== null && /^https?:\/\//u.test(face.logoUrl) ? face.logoUrl : null;
  return { brand, onBrand, ink: '#1d2529', paper: '#ffffff', muted: '#5a6870', shopName: name, logoUrl };
}
