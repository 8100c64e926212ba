import { Fault } from '#kit/fault';
import { answer, type Answer } from '#kit/http';
import { readId, showId } from '#kit/ids';
import type { Site, SiteState } from '#protection';
import { consolePaths } from '../paths.ts';
import { missing, type StaffRoute, type Work } from '../staff.ts';
import type { ConsoleWord } from '../words.ts';
import { protectionPage } from './protection-page.tsx';
import { protectionView, siteKinds, siteView, trendScansMax, type ProtectionView } from './protection-view.ts';
import { sitePage } from './site-page.tsx';

const actor = 'staff';
const historyMax = 1_500;

const onePath = `${consolePaths.protection}/:id`;

/** The screen "Protection", one for each host, and what their buttons do. */
export const protectionRoutes: readonly StaffRoute[] = [
  { method: 'GET', path: consolePaths.protection, act: (work) => showAll(work) },
  { method: 'GET', path: onePath, act: showOne },
  { method: 'GET', path: `${onePath}/known.json`, act: showJson },
  { method: 'POST', path: consolePaths.protection, act: add },
  { method: 'POST', path: consolePaths.proveSite, act: (work) => onSite(work, prove) },
  { method: 'POST', path: consolePaths.scanSite, act: (work) => onSite(work, scan) },
  { method: 'POST', path: consolePaths.removeSite, act: (work) => onSite(work, remove) },
];

async function showAll({ needs, visit, pageNeeds }: Work, wrong: ProtectionView['wrong'] = null): Promise<Answer> {
  const view = protectionView(await needs.protection.sites(visit.shop.shopId), visit, wrong);
  return answer.page(protectionPage(view, pageNeeds), { status: wrong === null ? 200 : 422 });
}

async function showOne(work: Work): Promise<Answer> {
  const { visit, pageNeeds } = work;
  const state = await stateOf(work, trendScansMax);
  return state === null ? missing(work) : answer.page(sitePage(siteView(state, visit), pageNeeds));
}

async function showJson(work: Work): Promise<Answer> {
  const state = await stateOf(work, historyMax);
  if (state === null) return missing(work);
  const { site, ...known } = state;
  const { host, port, kind, addedAt } = site;
  return answer.json({ host, port, kind, addedAt, ...known });
}

async function stateOf({ needs, visit }: Work, scansMax: number): Promise<SiteState | null> {
  const siteId = readId('sit', visit.params['id'] ?? '');
  return siteId === null ? null : await needs.protection.state(visit.shop.shopId, siteId, scansMax);
}

async function add(work: Work): Promise<Answer> {
  const { needs, visit, request } = work;
  const form = request.form();
  const kind = siteKinds.find((one) => one === form.get('kind')) ?? 'other';
  const host = form.get('host') ?? '';
  try {
    const site = await needs.protection.addSite(visit.shop.shopId, { ...hostIn(host), kind }, actor);
    return answer.redirect(`${consolePaths.protection}?done=site_added#${showId('sit', site.siteId)}`);
  } catch (error) {
    const why = wordFor(error);
    if (why === null) throw error;
    return await showAll(work, { message: visit.say(why), host, kind });
  }
}

/** What a button does to a host, and where the answer stands. */
type Act = (work: Work, siteId: string) => Promise<string>;

/** A form with a `site`, which somebody else may have removed meanwhile. */
async function onSite(work: Work, act: Act): Promise<Answer> {
  const siteId = readId('sit', work.request.form().get('site') ?? '');
  if (siteId === null) return answer.redirect(failed('site_unknown'));
  try {
    return answer.redirect(await act(work, siteId));
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_found') return answer.redirect(failed('site_unknown'));
    if (error instanceof Fault && error.code === 'limit') return answer.redirect(failed('site_limit'));
    throw error;
  }
}

async function prove({ needs, visit }: Work, siteId: string): Promise<string> {
  const proven = await needs.protection.proveSite(visit.shop.shopId, siteId, actor);
  const id = showId('sit', siteId);
  return 'no' in proven ? `${failed(`proof_${proven.no}`)}#${id}` : `${consolePaths.site(id)}?done=site_proven`;
}

async function remove({ needs, visit }: Work, siteId: string): Promise<string> {
  const isGone = await needs.protection.removeSite(visit.shop.shopId, siteId, actor);
  return isGone ? `${consolePaths.protection}?done=site_removed` : failed('site_unknown');
}

const notScanned: Readonly<Partial<Record<Fault['code'], string>>> = {
  limit: 'scan_limit',
  unauthorized: 'scan_unauthorized',
  unavailable: 'scan_unavailable',
};

/** What came of it, and of the finding that was asked about: its card, or its line among the mended, is gone to. */
async function scan({ needs: { protection }, visit, request }: Work, siteId: string): Promise<string> {
  const { shopId } = visit.shop;
  const path = consolePaths.site(showId('sit', siteId));
  try {
    await protection.scanNow(shopId, siteId, actor);
  } catch (error) {
    const why = error instanceof Fault ? notScanned[error.code] : undefined;
    if (why === undefined) throw error;
    return `${path}?failed=${why}`;
  }
  const asked = request.form().get('finding') ?? '';
  const findingId = readId('fnd', asked);
  if (findingId === null) return `${path}?done=scanned`;
  const state = await protection.state(shopId, siteId, 1);
  const isOpen = state?.open.some((kept) => kept.findingId === findingId) ?? false;
  return `${path}?${isOpen ? 'failed=finding_open' : 'done=finding_mended'}&asked=${asked}#${asked}`;
}

function failed(why: string): string {
  return `${consolePaths.protection}?failed=${why}`;
}

/** An address out of a browser's bar is as good as a name. */
function hostIn(typed: string): Pick<Site, 'host'> & { readonly port?: number } {
  const text = typed.trim();
  const url = URL.parse(/^https?:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null) return { host: text };
  return url.port === '' ? { host: url.hostname } : { host: url.hostname, port: Number(url.port) };
}

function wordFor(error: unknown): ConsoleWord | null {
  if (!(error instanceof Fault)) return null;
  const { code } = error;
  return code === 'invalid' || code === 'conflict' || code === 'limit' ? `protection.wrong.${code}` : null;
}
