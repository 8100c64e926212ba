import type { CaughtMail } from './read.ts';

/**
 * The Content-Security-Policy a mail is served with, whoever wrote it: no script, no form, nothing from other hosts, an
 * origin of its own. Links may open a new tab, so that a mail can be followed like in a real mailbox.
 */
export const mailPagePolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ');

/** A mail as a page of its own, for a frame; serve it as text/html in UTF-8 with mailPagePolicy and nothing laxer. */
export function mailPage(mail: Pick<CaughtMail, 'html' | 'text' | 'subject'>): string {
  const newTab = '<base target="_blank">';
  if (mail.html === null) {
    const style =
      'body{margin:24px;font:15px/1.5 system-ui,sans-serif;color-scheme:light dark}pre{white-space:pre-wrap}';
    const head = `<meta charset="utf-8">${newTab}<title>${escaped(mail.subject)}</title><style>${style}</style>`;
    return `<!doctype html><html><head>${head}</head><body><pre dir="auto">${escaped(mail.text ?? '')}</pre></body></html>`;
  }
  const head = /<head(\s[^>]*)?>/iu.exec(mail.html);
  if (head === null) return `<!doctype html>${newTab}${mail.html}`;
  const at = head.index + head[0].length;
  return mail.html.slice(0, at) + newTab + mail.html.slice(at);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
