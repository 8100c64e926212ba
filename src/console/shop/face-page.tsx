import type { ComponentChildren, VNode } from 'preact';
import { staffPage, type PageNeeds } from '../parts/frame.tsx';
import { Tag } from '../parts/tag.tsx';
import { consolePaths } from '../paths.ts';
import type { FaceField, FaceView, OwnShops } from '../view.ts';
import type { Say } from '../words.ts';
import { StaleFields } from '../parts/stale.tsx';

/** What a shop is called and looks like: the form, and what customers see of it. */
export function facePage(view: FaceView, needs: PageNeeds): string {
  const { say } = needs;
  return staffPage(
    view.frame,
    needs,
    { title: say('shop.title'), place: 'shop' },
    view.own === null ? (
      <>
        <p class="soft">{say('shop.intro')}</p>
        {refusalOf(view, say)}
        <div class="beside">
          <div class="column">
            <SettingsForm view={view} say={say} />
            <LogoForm view={view} say={say} />
          </div>
          <Preview view={view} say={say} />
        </div>
      </>
    ) : (
      <ToOwnShop own={view.own} say={say} />
    ),
  );
}

/** What is set up in the sample shop would go away with it. */
export function ToOwnShop(props: { readonly own: OwnShops; readonly say: Say }): VNode {
  const { own, say } = props;
  return (
    <form class="card" method="post" action={consolePaths.shop}>
      <p>{say('own.text')}</p>
      <p class="ways">
        {own.map(({ id, name }) => (
          <button key={id} class="button" type="submit" name="shop" value={id}>
            <bdi>{name}</bdi>
          </button>
        ))}
      </p>
    </form>
  );
}

function refusalOf(view: FaceView, say: Say): VNode | null {
  const count = view.groups.flatMap(({ fields }) => fields).filter(({ wrong }) => wrong !== null).length;
  if (view.stale === null) {
    return count === 0 ? null : (
      <p class="failed" role="alert">
        {say('shop.wrong', { count })}
      </p>
    );
  }
  return <StaleFields fields={view.stale} say={say} />;
}

function SettingsForm(props: { readonly view: FaceView; readonly say: Say }): VNode {
  const { view, say } = props;
  return (
    <form class="card" method="post" action={consolePaths.saveFace}>
      <input type="hidden" name="seen" value={view.seen} />
      {view.groups.map(({ key, fields }) => (
        <fieldset key={key} class="group">
          <legend>
            <b>{say(`shop.group.${key}`)}</b>
          </legend>
          {fields.map((field) => (
            <Field key={field.name} field={field} />
          ))}
        </fieldset>
      ))}
      <p class="ways">
        <button class="button" type="submit" name="act" value="save">
          {say('shop.save')}
        </button>
        <button class="small-button" type="submit" name="act" value="try">
          {say('shop.try')}
        </button>
      </p>
    </form>
  );
}

function Field(props: { readonly field: FaceField }): VNode {
  const { field } = props;
  const id = `shop-${field.name}`;
  return (
    <Labelled id={id} label={field.label} note={field.note} wrong={field.wrong}>
      {(described) =>
        field.choices === null ? (
          <input
            id={id}
            name={field.name}
            type="text"
            dir="auto"
            required={field.isNeeded}
            autocomplete="off"
            value={field.value}
            aria-describedby={described}
            aria-invalid={field.wrong === null ? undefined : 'true'}
          />
        ) : (
          <select id={id} name={field.name} aria-describedby={described}>
            {field.choices.map(({ value, label }) => (
              <option key={value} value={value} selected={value === field.value}>
                {label}
              </option>
            ))}
          </select>
        )
      }
    </Labelled>
  );
}

/** A field with its name above it, what helps below it, and what is wrong with it. */
export function Labelled(props: {
  readonly id: string;
  readonly label: string;
  readonly note: string | null;
  readonly wrong: string | null;
  readonly children: (described: string | undefined) => ComponentChildren;
}): VNode {
  const { id, label, note, wrong } = props;
  const described = [...(wrong === null ? [] : [`${id}-wrong`]), ...(note === null ? [] : [`${id}-note`])].join(' ');
  return (
    <p class="field">
      <label for={id}>{label}</label>
      {props.children(described === '' ? undefined : described)}
      {wrong === null ? null : (
        <span class="wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
      {note === null ? null : (
        <small class="soft" id={`${id}-note`}>
          {note}
        </small>
      )}
    </p>
  );
}

function LogoForm(props: { readonly view: FaceView; readonly say: Say }): VNode {
  const { say } = props;
  const { url, wrong } = props.view.logo;
  return (
    <form class="card" method="post" action={consolePaths.logo} enctype="multipart/form-data">
      <h2>{say('shop.logo')}</h2>
      {url === null ? null : (
        <p>
          <img class="logo" src={url} alt={say('shop.logo.now')} />
        </p>
      )}
      <Labelled id="shop-logo" label={say('shop.logo.file')} note={say('shop.logo.note')} wrong={wrong}>
        {(described) => (
          <input
            id="shop-logo"
            name="logo"
            type="file"
            accept="image/png,image/jpeg,image/webp,image/svg+xml"
            aria-describedby={described}
          />
        )}
      </Labelled>
      <p class="ways">
        <button class="button" type="submit" name="act" value="use">
          {say('shop.logo.save')}
        </button>
        {url === null ? null : (
          <button class="small-button" type="submit" name="act" value="none">
            {say('shop.logo.remove')}
          </button>
        )}
      </p>
    </form>
  );
}

function Preview(props: { readonly view: FaceView; readonly say: Say }): VNode {
  const { view, say } = props;
  return (
    <section class="column previews" aria-labelledby="preview">
      <h2 id="preview">{say('shop.preview')}</h2>
      {view.isTyped ? <p class="soft">{say('shop.preview.typed')}</p> : null}
      <dl class="card facts">
        {view.contrasts.map(({ pair, ratio, passes }) => (
          <div key={pair}>
            <dt>{say(`shop.contrast.${pair}`)}</dt>
            <dd class="state">
              {ratio}{' '}
              <Tag tone={passes ? 'good' : 'bad'} text={say(passes ? 'shop.contrast.passes' : 'shop.contrast.fails')} />
            </dd>
          </div>
        ))}
      </dl>
      {view.previews.map(({ part, url }) => (
        <figure key={part}>
          <figcaption class="soft">{say(`shop.preview.${part}`)}</figcaption>
          <iframe class="preview" title={say(`shop.preview.${part}`)} src={url} sandbox="" loading="eager" />
        </figure>
      ))}
    </section>
  );
}
