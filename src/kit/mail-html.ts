/**
 * What a mail says, drawn twice: as HTML for mail programs (tables, styles on the elements, nothing loaded but the shop's
 * logo, light and dark, 320 pixels and wider, either direction) and as plain text.
 */
export type { Block, Fact, FooterLine, MailContent, StepState } from './mail-html/content.ts';
export type { MailTheme } from './mail-html/look.ts';
export { renderHtml } from './mail-html/html.tsx';
export { renderText } from './mail-html/text.ts';
