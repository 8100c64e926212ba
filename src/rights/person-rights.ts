import type { Clock } from '#kit/clock';
import type { Database, Queries } from '#kit/database';
import type { Orders } from '#orders';
import type { Privacy } from '#privacy';
import { openHeld, type Held, type PersonOf, type Reader, type Room } from './held/held.ts';
import { keptForOf } from './held/kept-for.ts';

/** What persons may ask for: to see, take along, correct and erase what is held about them. */
export type Rights = {
  /** Everything held about somebody, opened for these eyes. Somebody who was erased holds nothing. */
  readonly held: (queries: Queries, person: PersonOf, reader: Reader) => Promise<Held>;
  /** A room above this one that keeps something about persons too. Before anything is asked. */
  readonly join: (room: Room) => void;
};

export type RightsNeeds = {
  readonly database: Database;
  readonly clock: Clock;
  readonly privacy: Privacy;
  readonly orders: Orders;
  /** The rooms that keep something about persons, but for privacy: from the top down, as they are forgotten. */
  readonly rooms: readonly Room[];
  /** How long the rows of a table are kept, as a word; where it is missing, what this room knows itself. */
  readonly keptFor?: (table: string) => string;
};

export function createRights(needs: RightsNeeds): Rights {
  const { privacy, orders, keptFor = keptForOf } = needs;
  const rooms = [...needs.rooms];
  return {
    held: async (queries, person, reader) => {
      const whose = await orders.whose(queries, person);
      const rows = await Promise.all([...rooms, privacy].map((room) => room.held(queries, whose)));
      return openHeld({ privacy, keptFor }, person, rows.flat(), reader);
    },
    join: (room) => {
      rooms.unshift(room);
    },
  };
}
