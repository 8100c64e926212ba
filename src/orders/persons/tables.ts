import type { HeldTable } from '#privacy';
import { statements } from './store.ts';

/** This room's tables about persons. What only finds them again goes by its hashes: see `forgetPerson`. */
export const orderTables: readonly HeldTable[] = [
  {
    table: 'orders.person',
    heading: 'person',
    by: 'person',
    at: 'created_at',
    read: statements.heldPersons,
    drop: statements.dropPersons,
    sealed: {
      name: { field: 'name', row: 'person_id' },
      email: { field: 'email', row: 'person_id' },
      phone: { field: 'phone', row: 'person_id' },
      customer_id: { field: 'customer_id', row: 'person_id' },
    },
  },
  {
    table: 'orders.purchase',
    heading: 'orders',
    by: 'person',
    at: 'placed_at',
    read: statements.heldPurchases,
    drop: statements.dropPurchases,
    sealed: {
      number: { field: 'order_number', row: 'order_id' },
      items: { field: 'order_contents', row: 'order_id' },
      address: { field: 'address', of: ['receiver_id'], row: 'order_id' },
    },
    leftOut: { content_hash: 'hash' },
  },
  {
    table: 'orders.box',
    heading: 'orders',
    by: 'person',
    at: null,
    read: statements.heldBoxes,
    drop: statements.dropBoxes,
    leftOut: { number_hash: 'hash' },
  },
];
