import { apiData, apiSweeps } from '#api';
import { carriersData } from '#carriers';
import { consoleData, consoleSweeps } from '#console';
import { customerData, customerSweeps, customerTables } from '#customer';
import type { Facts } from '#kit/facts';
import { mailData, mailSweeps, mailTables } from '#mail';
import { noticesData, noticesSweeps, noticeTables } from '#notices';
import { ordersData, ordersSweeps, orderTables } from '#orders';
import { parcelsData, parcelsSweeps, parcelTables } from '#parcels';
import {
  groundData,
  onlyRows,
  privacyData,
  privacySweeps,
  privacyTables,
  type HeldTable,
  type RoomMap,
  type Sweep,
} from '#privacy';
import { evidenceData, evidenceSweeps, evidenceTables } from '#evidence';
import { faqData, faqSweeps, faqTables } from '#faq';
import { reviewsData, reviewsSweeps, reviewsTables } from '#reviews';
import { serviceData, serviceSweeps, serviceTables } from '#service';
import { rightsData, rightsSweeps, rightsTables } from '#rights';
import { watchData, watchTables } from '#watch';

/** Every column about people in this house. A law of test/house compares it with the database. */
export const dataMap: RoomMap = {
  ...groundData,
  ...privacyData,
  ...carriersData,
  ...ordersData,
  ...parcelsData,
  ...watchData,
  ...mailData,
  ...noticesData,
  ...serviceData,
  ...reviewsData,
  ...faqData,
  ...evidenceData,
  ...rightsData,
  ...customerData,
  ...consoleData,
  ...apiData,
};

/** What drops what is past its clock. */
export function sweepsOf(facts: Pick<Facts, 'dropPassed'>): readonly Sweep[] {
  return [
    ...privacySweeps,
    ...ordersSweeps,
    ...parcelsSweeps,
    ...mailSweeps,
    ...noticesSweeps,
    ...serviceSweeps,
    ...reviewsSweeps,
    ...faqSweeps,
    ...evidenceSweeps,
    ...rightsSweeps,
    ...customerSweeps,
    ...consoleSweeps,
    ...apiSweeps,
    monthsOf(facts),
  ];
}

/** Facts go by whole months, when everybody has read them; how many rows that is nobody counts. */
function monthsOf(facts: Pick<Facts, 'dropPassed'>): Sweep {
  return {
    clock: 'fact',
    tables: ['facts.fact'],
    past: () => Promise.resolve([]),
    drop: async () => {
      await facts.dropPassed();
      return onlyRows({});
    },
  };
}

/** Tables that go with a person or a parcel, whatever dropped these. */
export const goingAlong: readonly HeldTable[] = [
  ...orderTables,
  ...parcelTables,
  ...watchTables,
  ...mailTables,
  ...noticeTables,
  ...serviceTables,
  ...reviewsTables,
  ...faqTables,
  ...evidenceTables,
  ...customerTables,
  ...privacyTables,
  ...rightsTables,
];
