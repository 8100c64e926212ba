import type { VNode } from 'preact';
import { Cell, line, Mso, NotMso, Spaced, Table } from './frame.tsx';
import { checkedUrl, type Fact, type FooterLine, type Step, type StepState } from './content.ts';
import type { Look } from './look.ts';

// The parts that a mail's content is put together from.

const below = '0 0 16px';
/** Long numbers and compound words break rather than widen the mail. */
const breaks = { overflowWrap: 'anywhere', wordBreak: 'break-word' };

type Said = { readonly look: Look; readonly text: string };

export function Title({ look, text }: Said): VNode {
  const style = { ...line(27, 1.25), ...breaks, margin: '0 0 18px', fontWeight: 700, color: look.light.ink };
  return (
    <h1 class="m-ink m-h1" style={style}>
      <Lines text={text} />
    </h1>
  );
}

export function Heading({ look, text }: Said): VNode {
  const style = { ...line(18, 1.35), ...breaks, margin: '8px 0 10px', fontWeight: 700, color: look.light.ink };
  return (
    <h2 class="m-ink" style={style}>
      <Lines text={text} />
    </h2>
  );
}

export function Paragraph({ look, text, muted }: Said & { readonly muted: boolean }): VNode {
  const { light } = look;
  const style = { ...line(muted ? 14 : 16, 1.55), ...breaks, margin: below, color: muted ? light.muted : light.ink };
  return (
    <p class={muted ? 'm-muted' : 'm-ink'} style={style}>
      <Lines text={text} />
    </p>
  );
}

/** What the reader should know first, in a box with a coloured edge. */
export function Attention({ look, text }: Said): VNode {
  const { light, start } = look;
  const edge = { [start === 'left' ? 'borderLeft' : 'borderRight']: `4px solid ${light.problem}` };
  return (
    <Spaced padding="0 0 20px">
      <Table>
        <tr>
          <Cell class="m-box" style={{ padding: '14px 16px', backgroundColor: light.problemPaper, ...edge }}>
            <p class="m-ink" style={{ ...line(16, 1.5), ...breaks, margin: 0, color: light.ink }}>
              <Lines text={text} />
            </p>
          </Cell>
        </tr>
      </Table>
    </Spaced>
  );
}

type ButtonProps = { readonly look: Look; readonly label: string; readonly url: string };

/** One thing to do. Outlook on Windows gets it drawn in VML, because it has no padding on links. */
export function Button({ look, label, url }: ButtonProps): VNode {
  const { light, start } = look;
  const style = {
    ...line(16, 1.25),
    display: 'inline-block',
    padding: '13px 28px',
    border: `1px solid ${light.bar}`,
    borderRadius: '8px',
    fontWeight: 700,
    textDecoration: 'none',
    textAlign: 'center',
    backgroundColor: light.button,
    color: light.onButton,
  };
  return (
    <Table>
      <tr>
        <Cell align={start} style={{ padding: '8px 0 24px' }}>
          <Mso html={vmlButton(look, label, checkedUrl(url))} />
          <NotMso>
            <a class="m-button m-push" href={checkedUrl(url)} style={style}>
              {label}
            </a>
          </NotMso>
        </Cell>
      </tr>
    </Table>
  );
}

function vmlButton({ light }: Look, label: string, url: string): string {
  const widthPx = Math.min(520, 56 + label.length * 10);
  return (
    `<v:roundrect xmlns:v="urn:schemas-microsoft-com:vml" xmlns:w="urn:schemas-microsoft-com:office:word" ` +
    `href="${escaped(url)}" style="height:48px;v-text-anchor:middle;width:${widthPx}px" arcsize="17%" strokecolor="${light.bar}" ` +
    `fillcolor="${light.button}"><w:anchorlock/><center style="color:${light.onButton};font-family:Arial,sans-serif;` +
    `font-size:16px;font-weight:bold">${escaped(label)}</center></v:roundrect>`
  );
}

/** For markup that Preact does not write. Without a bare `>` no text can end a comment. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Labels and values; one below the other on narrow screens. */
export function Facts({ look, rows }: { readonly look: Look; readonly rows: readonly Fact[] }): VNode {
  const { light, start, end } = look;
  const top = { borderTop: `1px solid ${light.line}`, padding: '10px 0', verticalAlign: 'baseline' };
  const gap = { [end === 'right' ? 'paddingRight' : 'paddingLeft']: '16px' };
  return (
    <Spaced padding={below}>
      <Table>
        {rows.map((row) => (
          <tr key={row.label}>
            <Cell class="m-fact m-label m-line" width="36%" align={start} style={{ ...line(14, 1.6), ...top, ...gap }}>
              <span class="m-muted" style={{ ...breaks, color: light.muted }}>
                {row.label}
              </span>
            </Cell>
            <Cell class="m-fact m-value m-line" align={start} style={{ ...line(16, 1.4), ...top }}>
              <FactValue look={look} fact={row} />
            </Cell>
          </tr>
        ))}
      </Table>
    </Spaced>
  );
}

function FactValue({ look, fact }: { readonly look: Look; readonly fact: Fact }): VNode {
  const { light } = look;
  // Numbers and foreign names keep their own direction among the words of the mail.
  const value = (
    <bdi>
      <Lines text={fact.value} />
    </bdi>
  );
  if (fact.url === undefined) {
    return (
      <span class="m-ink" style={{ ...breaks, color: light.ink }}>
        {value}
      </span>
    );
  }
  return (
    <a class="m-link" href={checkedUrl(fact.url)} style={{ ...breaks, color: light.link }}>
      {value}
    </a>
  );
}

export function List({ look, items }: { readonly look: Look; readonly items: readonly string[] }): VNode {
  const { light, start } = look;
  const indent = start === 'left' ? '0 0 0 22px' : '0 22px 0 0';
  const style = { ...line(16, 1.55), ...breaks, color: light.ink };
  return (
    <ul class="m-ink" style={{ ...style, margin: below, padding: indent }}>
      {items.map((item) => (
        <li key={item} style={{ margin: '0 0 6px' }}>
          <Lines text={item} />
        </li>
      ))}
    </ul>
  );
}

type ProgressProps = { readonly look: Look; readonly summary: string; readonly steps: readonly Step[] };

/** A bar of table cells: nothing to load. Narrow screens show the summary in place of the labels. */
export function Progress({ look, summary, steps }: ProgressProps): VNode {
  const { light, start } = look;
  const width = `${Math.floor(100 / steps.length)}%`;
  const now = { ...line(14, 1.4), display: 'none', maxHeight: 0, margin: 0, overflow: 'hidden', color: light.muted };
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a picture made of table cells has no file
    <div role="img" aria-label={summary} style={{ margin: '4px 0 24px' }}>
      <Table hidden style={{ tableLayout: 'fixed' }}>
        <tr>
          {steps.map((step, at) => (
            <Cell key={step.label} width={width} style={at === steps.length - 1 ? {} : gapAfter(look)}>
              <Table>
                <tr>
                  <Cell
                    class={barClass[step.state]}
                    style={{ ...barStyle, backgroundColor: barColour(step.state, look) }}
                  >
                    {'\u00A0'}
                  </Cell>
                </tr>
              </Table>
            </Cell>
          ))}
        </tr>
        <tr class="m-steps">
          {steps.map((step) => (
            <Cell key={step.label} width={width} align={start} style={{ ...labelStyle, ...gapAfter(look) }}>
              <StepLabel look={look} step={step} />
            </Cell>
          ))}
        </tr>
      </Table>
      <NotMso>
        <p class="m-now m-muted" aria-hidden="true" style={{ ...now, padding: '8px 0 0' }}>
          {summary}
        </p>
      </NotMso>
    </div>
  );
}

const labelStyle = { padding: '8px 0 0', verticalAlign: 'top' };
const barStyle = { height: '6px', lineHeight: '6px', fontSize: 0, borderRadius: '3px' };

const barClass: Readonly<Record<StepState, string>> = {
  done: 'm-bar',
  current: 'm-bar',
  todo: 'm-todo',
  problem: 'm-alarm',
};

function barColour(state: StepState, { light }: Look): string {
  const colours = { done: light.bar, current: light.bar, todo: light.line, problem: light.problem };
  return colours[state];
}

function gapAfter({ end }: Look): Readonly<Record<string, string>> {
  return { [end === 'right' ? 'paddingRight' : 'paddingLeft']: '4px' };
}

function StepLabel({ look, step }: { readonly look: Look; readonly step: Step }): VNode {
  const { light } = look;
  const said = {
    done: ['m-ink', light.ink, 400],
    current: ['m-ink', light.ink, 700],
    todo: ['m-muted', light.muted, 400],
    problem: ['m-alarm-ink', light.problem, 700],
  } as const;
  const [name, color, fontWeight] = said[step.state];
  return (
    <span class={name} style={{ ...line(13, 1.35), ...breaks, color, fontWeight }}>
      {step.label}
    </span>
  );
}

const hairline = { height: '1px', fontSize: 0, lineHeight: '1px' };

export function Rule({ look }: { readonly look: Look }): VNode {
  return (
    <Spaced padding="4px 0 20px">
      <Table>
        <tr>
          <Cell class="m-line" style={{ ...hairline, borderTop: `1px solid ${look.light.line}` }}>
            {'\u00A0'}
          </Cell>
        </tr>
      </Table>
    </Spaced>
  );
}

export function SmallPrint({ look, said }: { readonly look: Look; readonly said: FooterLine }): VNode {
  const { light } = look;
  return (
    <p class="m-muted" style={{ ...line(13, 1.55), ...breaks, margin: '0 0 8px', color: light.muted }}>
      <Lines text={said.text} />
      {said.link === undefined ? null : (
        <>
          {' '}
          <a class="m-link" href={checkedUrl(said.link.url)} style={{ color: light.link }}>
            {said.link.label}
          </a>
        </>
      )}
    </p>
  );
}

function Lines({ text }: { readonly text: string }): VNode {
  return (
    <>
      {text.split('\n').map((said, at) => (
        <>
          {at === 0 ? null : <br />}
          {said}
        </>
      ))}
    </>
  );
}
