/** The header of every page: the name, the way to the other apps, and the switch between light and dark. */
import { chosenScheme, nextScheme, wearScheme } from './colour.ts';

/** An app as the server lists it. */
interface ListedApp {
  readonly name: string;
  readonly title: string;
  readonly command: string;
  readonly url?: string;
}

const MARK =
  '<svg class="mark" viewBox="0 0 64 32" aria-hidden="true"><path d="M3 26c18 0 10-22 29-22s11 22 29 22" /></svg>';

/**
 * Puts the header on top of the page. Apps that run are links; of the others it tells the command. Where the page is served as plain files,
 * without an app behind it, there are no other apps to show.
 *
 * @param app the page's own name in the list of apps
 * @param list where the list comes from; `undefined` for a page of plain files
 */
export function showHeader(app: string, list: string | undefined = '/apps.json'): void {
  const header = document.createElement('header');
  header.className = 'top';
  header.innerHTML = `<span class="home">${MARK}Oxbow</span><nav aria-label="Apps"><ul></ul></nav>`;
  header.append(schemeSwitch());
  const skip = Object.assign(document.createElement('a'), {
    className: 'skip',
    href: '#content',
    textContent: 'Skip to the content',
  });
  document.body.prepend(skip, header);
  if (list !== undefined) void showApps(header.querySelector('ul') as HTMLElement, app, list);
}

async function showApps(items: HTMLElement, app: string, list: string): Promise<void> {
  const response = await fetch(list);
  const apps = (await response.json()) as readonly ListedApp[];
  for (const listed of apps) {
    const item = document.createElement('li');
    item.append(listed.name === app ? currentApp(listed) : (linkTo(listed) ?? howToStart(listed)));
    items.append(item);
  }
}

function currentApp({ title }: ListedApp): HTMLElement {
  const span = document.createElement('span');
  span.textContent = title;
  span.setAttribute('aria-current', 'page');
  return span;
}

function linkTo({ title, url }: ListedApp): HTMLElement | undefined {
  if (url === undefined) return undefined;
  return Object.assign(document.createElement('a'), { textContent: title, href: url });
}

/** A closed note that tells the command of an app which does not run. */
function howToStart({ title, command }: ListedApp): HTMLElement {
  const details = document.createElement('details');
  const summary = Object.assign(document.createElement('summary'), { textContent: title });
  const note = document.createElement('p');
  note.append(
    'Not running. Start it with ',
    Object.assign(document.createElement('code'), { textContent: command }),
  );
  details.append(summary, note);
  return details;
}

function schemeSwitch(): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  const show = (): void => {
    const scheme = chosenScheme();
    const word = { system: 'Auto', light: 'Light', dark: 'Dark' }[scheme];
    button.textContent = word;
    button.setAttribute('aria-label', `${word} colours, change`);
  };
  button.addEventListener('click', () => {
    wearScheme(nextScheme(chosenScheme()));
    show();
  });
  wearScheme(chosenScheme());
  show();
  return button;
}
