import type { ReadScan } from '../contract.ts';
import { meaning as unifiedMeaning } from '../dhl-unified/meaning.ts';
import { keptText } from '../dhl-unified/text.ts';
import { type SubStatus, milestoneOf } from '../vocabulary.ts';
import { type EventCodes, codesIn, keyOf, lookUp } from './codes.ts';

type Meaning = Pick<ReadScan, 'milestone' | 'subStatus' | 'retracts' | 'leg'>;

/** Stands behind the code of an event that DHL marks with `ruecksendung`. */
const returnMark = ':ruecksendung';

/** On the way back every movement is one of the return, and a delivery is one to the sender. Trouble stays trouble. */
function onReturn(id: SubStatus): SubStatus {
  const milestone = milestoneOf(id);
  if (milestone === 'delivered') return 'returned.to_sender';
  const stays = ['returning', 'returned', 'exception', 'cancelled', 'info', 'unknown'];
  return stays.includes(milestone) ? id : 'returning.other';
}

function meaningOf(id: SubStatus | null, marked: boolean): Meaning {
  const told = id === null || !marked ? id : onReturn(id);
  const milestone = told === null ? 'unknown' : milestoneOf(told);
  const back = marked || milestone === 'returning' || milestone === 'returned';
  return { milestone, subStatus: told, retracts: told === 'info.event_retracted', leg: back ? 'return' : 'outbound' };
}

/** Without ICE and RIC only DHL's class is left; its sixteen standard events are those of the unified interface. */
function byCodes(codes: EventCodes, text: string | null): SubStatus | null {
  const found = lookUp(codes);
  if (found !== null || codes.ice !== '' || codes.ric !== '' || codes.ttpro === '') return found;
  return unifiedMeaning(`parcel-de:${codes.ttpro}`, null).subStatus === null
    ? null
    : unifiedMeaning(`parcel-de:${codes.ttpro}`, text).subStatus;
}

/**
 * What a remembered or posted code means: `ICE:RIC:TTPRO` by DHL's list. Everything else is read as a code of DHL's unified
 * interface, such as `parcel-de:ZU`.
 */
export function meaning(code: string, text: string | null): Meaning {
  const trimmed = code.trim();
  const marked = trimmed.endsWith(returnMark);
  const key = marked ? trimmed.slice(0, -returnMark.length) : trimmed;
  const codes = codesIn(key);
  return meaningOf(codes === null ? unifiedMeaning(key, text).subStatus : byCodes(codes, text), marked);
}

export type EventMeaning = Meaning & { readonly code: string; readonly text: string | null };

/** One event: the code that it is remembered by, and what that means. Without any code its sentence is all there is. */
export function readMeaning(codes: EventCodes, sentence: string | null, marked: boolean): EventMeaning {
  const text = keptText(sentence);
  const said = keyOf(codes) === '::' ? unifiedMeaning('parcel-de:', text).subStatus : null;
  const key = said === null ? keyOf(codes) : `parcel-de:unknown:${said}`;
  const code = marked ? key + returnMark : key;
  return { code, text, ...meaning(code, text) };
}
