import { apiData, apiSweeps } from '#api';
import { carriersData } from '#carriers';
import { consoleData, consoleSweeps } from '#console';
import { mailData, mailForget, mailSweeps } from '#mail';
import { noticesData, noticesForget, noticesSweeps } from '#notices';
import { ordersData, ordersSweeps } from '#orders';
import { parcelsData, parcelsForget, parcelsSweeps } from '#parcels';
import { groundData, privacyData, privacyForgets, privacySweeps, type Forget, type RoomMap, type Sweep } from '#privacy';
import { rightsData, rightsSweeps } from '#rights';
import { watchData, watchForget } from '#watch';

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
  ...rightsData,
  ...consoleData,
  ...apiData,
};

/** What drops what is past its clock. */
export const sweeps: readonly Sweep[] = [
  ...privacySweeps,
  ...ordersSweeps,
  ...parcelsSweeps,
  ...mailSweeps,
  ...noticesSweeps,
  ...rightsSweeps,
  ...consoleSweeps,
  ...apiSweeps,
];

/** What goes with a parcel or a person, whatever dropped them. */
export const forgets: readonly Forget[] = [parcelsForget, watchForget, mailForget, noticesForget, ...privacyForgets];
