import type { ComponentChildren, VNode } from 'preact';
import { jsxTemplate } from 'preact/jsx-runtime';
import type { Look } from './look.ts';

// The outer parts of a mail: tables, because mail programs lay out with nothing else, and styles on the elements, because
// some throw style sheets away. Outlook on Windows draws with Word: what only it needs stands in its own comments.

const font = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
const wide = 600;

/** Markup that only Outlook on Windows reads. */
export function Mso(props: { readonly html: string }): VNode {
  return raw(`<!--[if mso]>${props.html}<![endif]-->`);
}

/** What everybody else reads instead. */
export function NotMso(props: { readonly children: ComponentChildren }): VNode {
  return (
    <>
      {raw('<!--[if !mso]><!-->')}
      {props.children}
      {raw('<!--<![endif]-->')}
    </>
  );
}

function raw(html: string): VNode {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Preact types the props of a template as any
  return jsxTemplate([html]) as VNode;
}

type DocumentProps = {
  readonly look: Look;
  readonly language: string;
  readonly title: string;
  readonly preheader: string;
  readonly children: ComponentChildren;
};

/** The whole mail: head, the hidden line beside the subject, and one column in the middle. */
export function Document({ look, language, title, preheader, children }: DocumentProps): VNode {
  const { light, direction, start } = look;
  return (
    <html lang={language} dir={direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta name="x-apple-disable-message-reformatting" />
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{title}</title>
        <Mso html={officeSettings} />
        {look.sheets.map((sheet) => (
          <style key={sheet} dangerouslySetInnerHTML={{ __html: sheet }} />
        ))}
      </head>
      <body class="m-ground" style={{ margin: 0, padding: 0, backgroundColor: light.ground }}>
        <div style={hidden}>
          {preheader}
          {beyondPreheader}
        </div>
        {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- mail programs drop elements they do not know */}
        <div role="article" aria-roledescription="email" aria-label={title} lang={language} dir={direction}>
          <Table class="m-ground" style={{ backgroundColor: light.ground }}>
            <tr>
              <Cell class="m-outer" align="center" style={{ padding: '24px 12px 32px' }}>
                <Mso html={`<table role="presentation" width="${wide}" cellpadding="0" cellspacing="0"><tr><td>`} />
                <Table style={{ maxWidth: `${wide}px`, textAlign: start, fontFamily: font }}>{children}</Table>
                <Mso html="</td></tr></table>" />
              </Cell>
            </tr>
          </Table>
        </div>
      </body>
    </html>
  );
}

const officeSettings =
  '<xml xmlns:o="urn:schemas-microsoft-com:office:office"><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch>' +
  '</o:OfficeDocumentSettings></xml>';

const hidden = { display: 'none', maxHeight: 0, overflow: 'hidden', fontSize: '1px', lineHeight: '1px', opacity: 0 };

/** Keeps the first words of the mail out of the line beside the subject. */
const beyondPreheader = '\u034F\u200C\u00A0'.repeat(60);

type TableProps = {
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly style?: Readonly<Record<string, string | number>>;
  readonly hidden?: boolean;
};

/** A table that is there for its place only; ears never hear of it. */
export function Table(props: TableProps): VNode {
  return (
    <table
      role="presentation"
      class={props.class}
      aria-hidden={props.hidden === true ? 'true' : undefined}
      width="100%"
      cellpadding="0"
      cellspacing="0"
      style={{ borderCollapse: 'collapse', ...props.style }}
    >
      <tbody>{props.children}</tbody>
    </table>
  );
}

type CellProps = {
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly align?: 'left' | 'right' | 'center';
  readonly width?: string;
  readonly style?: Readonly<Record<string, string | number>>;
};

export function Cell(props: CellProps): VNode {
  return (
    <td class={props.class} align={props.align} width={props.width} style={props.style}>
      {props.children}
    </td>
  );
}

/** The shop's logo or name, above the card. */
export function Masthead({ look }: { readonly look: Look }): VNode {
  const { light, logoUrl, shopName } = look;
  return (
    <tr>
      <Cell class="m-side" style={{ padding: '0 32px 16px' }}>
        {logoUrl === null ? (
          <span class="m-link" style={{ ...line(20, 1.3), fontWeight: 700, color: light.link }}>
            {shopName}
          </span>
        ) : (
          <Picture src={logoUrl} alt={shopName} look={look} />
        )}
      </Cell>
    </tr>
  );
}

/** An image on a piece of paper of its own; its words stand in when it is not loaded. */
function Picture({ src, alt, look }: { readonly src: string; readonly alt: string; readonly look: Look }): VNode {
  const style = { ...line(20, 1.3), fontWeight: 700, color: look.light.link, maxWidth: '200px', maxHeight: '44px' };
  return (
    <span class="m-plate" style={{ display: 'inline-block' }}>
      <img src={src} alt={alt} height={44} style={{ ...style, width: 'auto', height: '44px' }} />
    </span>
  );
}

/** The card that holds what the mail says, under a line in the shop's colour. */
export function Card({ look, children }: { readonly look: Look; readonly children: ComponentChildren }): VNode {
  const { light } = look;
  const corner = { borderRadius: '12px', borderCollapse: 'separate', overflow: 'hidden' };
  return (
    <tr>
      <Cell>
        <Table class="m-paper m-card" style={{ ...corner, backgroundColor: light.paper }}>
          <tr>
            <Cell
              class="m-brand"
              style={{ height: '4px', lineHeight: '4px', fontSize: 0, backgroundColor: light.button }}
            >
              {'\u00A0'}
            </Cell>
          </tr>
          <tr>
            <Cell class="m-side" style={{ padding: '28px 32px 16px' }}>
              {children}
            </Cell>
          </tr>
        </Table>
      </Cell>
    </tr>
  );
}

/** A block with room below: margins of tables are lost on Outlook, padding of cells is not. */
export function Spaced({
  padding,
  children,
}: {
  readonly padding: string;
  readonly children: ComponentChildren;
}): VNode {
  return (
    <Table>
      <tr>
        <Cell style={{ padding }}>{children}</Cell>
      </tr>
    </Table>
  );
}

/** The small print on the ground below the card. */
export function Footer({ children }: { readonly children: ComponentChildren }): VNode {
  return (
    <tr>
      <Cell class="m-side" style={{ padding: '20px 32px 0' }}>
        {children}
      </Cell>
    </tr>
  );
}

/** Size in pixels and line height as a factor; Word needs to be told to keep to it. */
export function line(sizePx: number, height: number): Readonly<Record<string, string | number>> {
  return { fontFamily: font, fontSize: `${sizePx}px`, lineHeight: height, msoLineHeightRule: 'exactly' };
}
