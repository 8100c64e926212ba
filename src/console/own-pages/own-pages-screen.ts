import { answer, type Answer } from '#kit/http';
import { trustPathOf } from '#orders';
import { ownOrigins } from '#protection';
import { consolePaths } from '../paths.ts';
import type { StaffRoute, Work } from '../staff.ts';
import { ownPagesPage } from './own-pages.tsx';

/** The screen "On your pages": the lines that a shop puts into its own pages, and where they work. */
export const ownPagesRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.ownPages, frames: true, act: show },
];

async function show({ needs, visit, pageNeeds }: Work): Promise<Answer> {
  const { shop } = visit;
  const [sites, contact] = await Promise.all([
    needs.protection.sites(shop.shopId),
    needs.service.contactOf(needs.database, shop.shopId),
  ]);
  const view = {
    frame: visit.frame,
    shopName: shop.name,
    shopLanguage: shop.language.slice(0, 2),
    pageUrl: new URL(trustPathOf(shop), needs.publicUrl).href,
    origins: ownOrigins(needs.publicUrl, contact.shopUrl, sites),
  };
  return answer.page(ownPagesPage(view, pageNeeds));
}
