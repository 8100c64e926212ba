import { showId } from '#kit/ids';
import { writeExceptions, writeSpans } from '../hours/read-hours.ts';
import type { AnswerTime } from '../cases/answer-time.ts';
import type { Contact } from './contact.ts';
import { weekdays } from './fields.ts';

/** What everybody may read, as the API and `/contact/<shop>.json` give it: names with underscores, moments in ISO 8601. */
export function contactJson(contact: Contact, now: Temporal.Instant) {
  return {
    shop: showId('shp', contact.shopId),
    name: contact.name,
    ...whoJson(contact),
    email: contact.email,
    phone: contact.phone,
    languages: contact.languages,
    ...hoursJson(contact, now),
    answer_time: contact.answerTime === null ? null : timeJson(contact.answerTime),
    dispute_resolution: contact.dispute,
    data_protection_contact: contact.privacyContact,
    privacy_policy_url: contact.policyUrl,
    terms_url: contact.termsUrl,
    withdrawal_url: contact.withdrawalUrl,
    accessibility_url: contact.accessibilityUrl,
    shop_url: contact.shopUrl,
    missing: contact.missing,
  };
}

function whoJson(contact: Contact) {
  return {
    legal_name: contact.legalName,
    legal_form: contact.legalForm,
    represented_by: contact.representedBy,
    capital: contact.capital,
    object: contact.object,
    address: contact.address,
    postal_code: contact.postal?.postalCode ?? null,
    city: contact.postal?.city ?? null,
    country: contact.country === '' ? null : contact.country,
    register: contact.register,
    vat_id: contact.vatId,
    business_id: contact.businessId,
    supervisory_authority: contact.supervisor,
    chamber: contact.chamber,
    profession: contact.profession,
    profession_rules: contact.professionRules,
    responsible_for_content: contact.editor,
    host: contact.host,
  };
}

function hoursJson({ hours, hoursText, openNow }: Contact, now: Temporal.Instant) {
  const opened = openNow(now);
  if (hours === null || opened === null) return { hours: null, hours_text: hoursText, open_now: null };
  const { zone, week, exceptions, holidays } = hours;
  return {
    hours: {
      time_zone: zone,
      week: Object.fromEntries(weekdays.map((day, at) => [day, writeSpans(week[at] ?? [])])),
      exceptions: exceptions.map((one) => writeExceptions([one])),
      public_holidays: holidays,
    },
    hours_text: null,
    open_now: {
      open: opened.open,
      until: opened.until?.toInstant().toString() ?? null,
      opens_at: opened.opensAt?.toInstant().toString() ?? null,
    },
  };
}

function timeJson(time: AnswerTime) {
  const { medianMinutes, p90Minutes, openMedianMinutes, openP90Minutes, answered, days } = time;
  return {
    median_minutes: medianMinutes,
    p90_minutes: p90Minutes,
    open_median_minutes: openMedianMinutes,
    open_p90_minutes: openP90Minutes,
    answered,
    days,
  };
}
