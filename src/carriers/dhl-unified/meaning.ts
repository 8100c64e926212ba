import type { ReadScan } from '../contract.ts';
import { type ParcelState, type SubStatus, milestoneOf, subStatus } from '../vocabulary.ts';
import { type CodeMeaning, lookUp, looksLikeCode, refined } from './codes.ts';
import { english } from './sentences/english.ts';
import { german } from './sentences/german.ts';
import { spokenOf } from './sentences/group.ts';
import { keptText } from './text.ts';

/** What an event says about itself, as sent. */
export type EventWords = {
  readonly service: string | null;
  readonly status: string | null;
  readonly statusCode: string | null;
  readonly description: string | null;
  readonly remark: string | null;
};

export type EventMeaning = {
  /**
   * What the scan is remembered by; no language in it. `service:STATUS` when the status is a code. Where it is a sentence:
   * `service:class`, and behind it what the sentence said, so that two events of one minute stay two.
   */
  readonly code: string;
  readonly subStatus: SubStatus | null;
  readonly text: string | null;
  /** False when no table knows the code. */
  readonly known: boolean;
};

const classes = ['pre-transit', 'transit', 'delivered', 'failure', 'unknown'] as const;
type Class = (typeof classes)[number];

const spellings: ReadonlyMap<string, Class> = new Map([
  ...classes.map((name) => [name, name] as const),
  ['pretransit', 'pre-transit'],
  ['in-transit', 'transit'],
  ['intransit', 'transit'],
  ['failed', 'failure'],
]);

function classOf(text: string | null): Class | null {
  return spellings.get((text ?? '').toLowerCase().replaceAll(/[_ ]/g, '-')) ?? null;
}

/** What a class says by itself. `unknown` says nothing, and nothing is made of it. */
const byClass: Readonly<Record<Class, SubStatus | null>> = {
  'pre-transit': 'announced.data_received',
  transit: 'in_transit.other',
  delivered: 'delivered.recipient',
  failure: 'exception.other',
  unknown: null,
};

/** Milestones that a sentence of this class cannot mean: then the pattern has misread it, and the class counts. */
const impossible: Readonly<Record<Class, readonly (ParcelState | 'info')[]>> = {
  'pre-transit': ['out_for_delivery', 'ready_for_pickup', 'delivery_failed', 'delivered', 'returning', 'returned'],
  transit: [],
  delivered: ['announced', 'accepted', 'in_transit', 'out_for_delivery', 'cancelled'],
  failure: ['announced', 'accepted', 'out_for_delivery', 'delivered'],
  unknown: [],
};

function spoken(text: string | null): SubStatus | null {
  if (text === null) return null;
  const said = text.replaceAll(/[´`’]/g, "'");
  return spokenOf(said, english) ?? spokenOf(said, german);
}

function firstSpoken(sentences: Iterable<string | null>): SubStatus | null {
  for (const sentence of sentences) {
    const said = spoken(sentence);
    if (said !== null) return said;
  }
  return null;
}

function placedBy(group: Class | null): SubStatus | null {
  return group === null ? null : byClass[group];
}

/** What the first sentence that says something says, as far as the class allows it; else what the class says. */
function saidBy(sentences: readonly (string | null)[], group: Class | null): SubStatus | null {
  const said = firstSpoken(new Set(sentences));
  const fits = said !== null && !(group !== null && impossible[group].includes(milestoneOf(said)));
  return fits ? said : placedBy(group);
}

function joined(...parts: readonly (string | null)[]): string | null {
  const said = [...new Set(parts.filter((part) => part !== null))];
  return said.length === 0 ? null : said.join('. ');
}

type Status = { readonly listed: string | null; readonly word: string | null; readonly sentence: string | null };

const noStatus: Status = { listed: null, word: null, sentence: null };

/** A status is a code, a sentence, or the class said again: `delivered` is the class, `DELIVERED` a code of some services. */
function sorted(status: string | null): Status {
  if (status === null || (classOf(status) !== null && !/^[A-Z]/.test(status))) return noStatus;
  if (classOf(status) !== null) return { ...noStatus, listed: status };
  if (looksLikeCode(status)) return { listed: status, word: status, sentence: null };
  return { listed: status, word: null, sentence: keptText(status) };
}

/**
 * The chain: DHL's table, else what the sentences say, else the class, else nothing. A code that the table does not know is
 * reported even when the class places it, and a parcel is never "in transit" because nobody knew better.
 */
export function readMeaning(words: EventWords): EventMeaning {
  const { listed, word, sentence } = sorted(words.status);
  const description = keptText(words.description);
  const remark = keptText(words.remark);
  const text = description ?? sentence ?? remark;
  const found = byTable(words.service, listed, words.statusCode);
  if (found !== null) return { code: found.key, subStatus: refined(found, spoken(text)), text, known: true };

  const group = classOf(words.statusCode) ?? classOf(words.status);
  const said = saidBy([joined(sentence, description), description, sentence, remark], group);
  const more = word === null && isPlain(said, group, text) ? null : said;
  const code = prefixed(words.service, word ?? group ?? 'unknown', more);
  return { code, subStatus: said, text, known: word === null && said !== null };
}

/** True when the class and the text that is kept say it all. */
function isPlain(said: SubStatus | null, group: Class | null, text: string | null): boolean {
  return said === placedBy(group) && saidBy([text], group) === said;
}

function byTable(service: string | null, status: string | null, statusCode: string | null): CodeMeaning | null {
  const byStatus = status === null ? null : lookUp(service, status);
  if (byStatus !== null || statusCode === null || classOf(statusCode) !== null) return byStatus;
  return lookUp(service, statusCode);
}

function prefixed(service: string | null, key: string, said: SubStatus | null): string {
  return [service, key, said].filter((part) => part !== null).join(':');
}

/** The service in front of a code. */
export function serviceOf(code: string): string | null {
  return /^[a-z][a-z0-9-]*(?=:)/.exec(code)?.[0] ?? null;
}

type Meaning = Pick<ReadScan, 'milestone' | 'subStatus' | 'retracts' | 'leg'>;

/** Everything that follows from a sub-status. */
export function meaningOf(id: SubStatus | null): Meaning {
  const milestone = id === null ? 'unknown' : milestoneOf(id);
  const leg = milestone === 'returning' || milestone === 'returned' ? 'return' : 'outbound';
  return { milestone, subStatus: id, retracts: id === 'info.event_retracted', leg };
}

/** What a remembered or posted code means; the same as when it was read. */
export function meaning(code: string, text: string | null): Meaning {
  const trimmed = code.trim();
  const said = subStatus(trimmed.slice(trimmed.lastIndexOf(':') + 1));
  if (said !== null) return meaningOf(said.id);
  const service = serviceOf(trimmed);
  const status = service === null ? trimmed : trimmed.slice(service.length + 1);
  const words = { service, status: status === '' ? null : status, statusCode: null, description: text, remark: null };
  return meaningOf(readMeaning(words).subStatus);
}
