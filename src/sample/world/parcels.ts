import type { DhlEvent, SimulatedArrival, SimulatedParcel, UpsParcel } from '../simulator.ts';
import { isDay, timesOf, type Slot } from './schedule.ts';
import type { Plan } from './stories.ts';
import { zoneOf, type Destination } from './towns.ts';
import type { Random } from './random.ts';
import { upsParcelOf } from './ups.ts';
import type { Step, Timed } from './ways.ts';

/** By how many minutes a step may come later than its usual time, so that no two days are alike. */
const spreadMinutes: Readonly<Record<string, number>> = { announced: 240, door: 120 };
const spreadMinutesElse = 34;
/** A van that left is on its round until the evening; everything else has its hour. */
const openMinutes: Readonly<Record<string, number>> = { door: 300 };
const openMinutesElse = 75;
/** Nothing new within this time after the world opens: whoever looks first has a moment to look. */
const quietSeconds = 150;
/** Not everything that goes on goes on at once. */
const resumeSpreadMinutes = 100;

function slotOf(step: Step, random: Random): Slot {
  const spread = random.whole(spreadMinutes[step.name] ?? spreadMinutesElse);
  return {
    on: step.on,
    at: Temporal.PlainTime.from(step.at).add({ minutes: spread }),
    openMinutes: openMinutes[step.name] ?? openMinutesElse,
    zone: zoneOf(step.place),
    waitDays: step.waitDays,
  };
}

/** The moment on the clock of the place, as a carrier without offsets writes it. */
export function localTime(at: Temporal.Instant, step: Pick<Step, 'place'>): string {
  return at.toZonedDateTimeISO(zoneOf(step.place)).toPlainDateTime().toString({ smallestUnit: 'second' });
}

function eventOf({ step, at }: Timed): DhlEvent {
  const { duplicate, lateMinutes, retractedAfterMinutes } = step.quirk ?? {};
  return {
    at,
    localTime: localTime(at, step),
    place: step.place,
    status: step.status,
    statusCode: step.statusCode,
    description: step.description,
    ...(duplicate === undefined ? {} : { duplicate }),
    ...(lateMinutes === undefined ? {} : { lateMinutes }),
    ...(retractedAfterMinutes === undefined ? {} : { retractedAt: at.add({ minutes: retractedAfterMinutes }) }),
  };
}

/** The day that is this many delivery days after another. */
function deliveryDayAfter(day: Temporal.PlainDate, days: number): Temporal.PlainDate {
  let [later, left] = [day, days];
  while (left > 0) {
    later = later.add({ days: 1 });
    if (isDay('delivery', later)) left -= 1;
  }
  return later;
}

/** A day when the carrier has the parcel, and two hours around the door when it is in the van. */
function arrivalsOf(
  plan: Plan,
  times: ReadonlyMap<string, Temporal.Instant>,
  zone: string,
): readonly SimulatedArrival[] {
  const [pickedUp, loaded, door] = ['picked_up', 'loaded', 'door'].map((name) => times.get(name));
  if (pickedUp === undefined) return [];
  const dayOf = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(zone).toPlainDate();
  const first = { knownFrom: pickedUp, day: deliveryDayAfter(dayOf(pickedUp), plan.promisedDays), window: null };
  if (loaded === undefined) return [first];
  const around = door ?? loaded.add({ hours: 5 });
  const [from, until] = [around.subtract({ hours: 1 }), around.add({ hours: 1 })].map((end) =>
    end.round({ smallestUnit: 'minute', roundingIncrement: 30 }),
  );
  if (from === undefined || until === undefined || dayOf(around).toString() !== dayOf(loaded).toString())
    return [first];
  return [first, { knownFrom: loaded, day: dayOf(loaded), window: { from, until } }];
}

/** Gives a plan its times, its number and its little irregularities. */
export function parcelOf(
  plan: Plan,
  to: Destination,
  of: {
    readonly number: string;
    readonly receiver: UpsParcel['receiver'];
    readonly now: Temporal.Instant;
    readonly random: Random;
  },
): SimulatedParcel {
  const slots = plan.steps.map((step) => slotOf(step, of.random));
  const instants = timesOf(slots, {
    reached: plan.steps.findIndex((step) => step.name === plan.reached),
    until: of.now.subtract({ hours: 24 * plan.agoDays }),
    resumeAt: of.now.add({
      hours: plan.resumeHours,
      minutes: of.random.whole(resumeSpreadMinutes),
      seconds: quietSeconds,
    }),
  });
  const timed = plan.steps.flatMap((step, place): readonly Timed[] => {
    const at = instants[place];
    return at === undefined ? [] : [{ step, at }];
  });
  const times = new Map(timed.map(({ step, at }) => [step.name, at]));
  const arrivals = arrivalsOf(plan, times, zoneOf(to.town));
  const { number, receiver } = of;
  if (plan.carrier === 'ups') return upsParcelOf({ number, service: plan.service, to, timed, arrivals, receiver });
  return {
    carrier: plan.carrier,
    number,
    service: plan.service,
    originCountry: 'DE',
    destinationCountry: to.town.country,
    events: timed.map(eventOf),
    arrivals,
    product: plan.product,
    weightKg: (4 + of.random.whole(90)) / 10,
    receiver: receiver.name,
  };
}
