/** The chat room's page: one connection that outlives the server, a room at a time. */
import '@oxbow/shell/page.css';
import './page.css';
import { msgpack } from '@oxbow/codec/msgpack';
import { element, showHeader, showRows } from '@oxbow/shell/page';
import { connect } from '@oxbow/websocket/browser';
import {
  type ChatMessage,
  type ChatRequest,
  type Figures,
  faultOfName,
  faultOfRoom,
  faultOfText,
  POLICIES,
  type Policy,
  type Reply,
} from '../chat-message.ts';
import { Conversation } from './conversation.ts';
import { loadTiles, POLICY_NOTES, raceRows } from './figures.ts';
import { Outgoing } from './outgoing.ts';
import { showLines, showTable } from './view.ts';

/** One sign of writing in this time is enough, in milliseconds. */
const TYPING_PAUSE_MS = 2000;
const FIRST_ROOM = 'lobby';

const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const input = (id: string): HTMLInputElement => byId(id) as HTMLInputElement;
const requests = msgpack<ChatRequest>();
const replies = msgpack<Reply>();
const messages = msgpack<ChatMessage>();
const conversation = new Conversation();

showHeader('chat');
let myName = localStorage.getItem('oxbow-chat-name') ?? `Guest ${Math.floor(Math.random() * 1000)}`;
input('my-name').value = myName;
// What scrolls can be scrolled by the keyboard.
for (const id of ['texts', 'race-scroll', 'rooms', 'people']) byId(id).tabIndex = 0;

const socket = connect(
  () => {
    const url = new URL('/chat', location.href.replace(/^http/, 'ws'));
    url.searchParams.set('name', myName);
    return url;
  },
  { reconnect: { baseMs: 200, maxMs: 3000 } },
);

async function ask(request: ChatRequest): Promise<Reply> {
  const answer = await socket.request(requests.encode(request));
  return answer instanceof Uint8Array ? replies.decode(answer) : {};
}

/** Sends what needs no answer; lost with its connection, it is not missed. */
function tell(request: ChatRequest): void {
  if (socket.status === 'open') void socket.send(requests.encode(request)).catch(() => {});
}

const outgoing = new Outgoing({
  say: async (text) => (await ask({ kind: 'say', ...text })).refused,
  again: () =>
    new Promise((resolve) => {
      if (socket.status === 'open') return resolve(true);
      const stop = socket.onStatus((status) => {
        if (status !== 'open' && status !== 'closed') return;
        stop();
        resolve(status === 'open');
      });
    }),
  refused: ({ id }, why) => {
    conversation.refused(id);
    showFault(why);
    showTalk();
  },
});

async function enter(room: string): Promise<void> {
  const { refused, history = [] } = await ask({ kind: 'enter', room, isBack: false });
  if (refused !== undefined) return showFault(refused);
  conversation.enter(room, history);
  byId('room-title').textContent = room;
  document.title = `${room} · Oxbow chat room`;
  byId('texts').replaceChildren();
  showFault('');
  showTalk();
  for (const button of document.querySelectorAll<HTMLElement>('#rooms button')) markCurrent(button);
}

function showFault(words: string): void {
  byId('fault').textContent = words;
}

function showTalk(): void {
  showLines(byId('texts'), conversation.lines());
  showTyping();
}

function showTyping(): void {
  const words = conversation.typingWords(performance.now());
  if (byId('typing').textContent !== words) byId('typing').textContent = words;
}

function showState(words: string, kind: string): void {
  byId('state').textContent = words;
  byId('state').className = `badge ${kind}`;
}

function markCurrent(button: HTMLElement): void {
  if (button.dataset.room === conversation.room) button.setAttribute('aria-current', 'true');
  else button.removeAttribute('aria-current');
}

function showRooms(rooms: readonly (readonly [string, number])[]): void {
  showRows(
    byId('rooms'),
    rooms,
    ([room, people]) => `${room} ${people}`,
    ([room, people]) => {
      const item = element('li');
      const button = element('button', '', room) as HTMLButtonElement;
      button.type = 'button';
      button.dataset.room = room;
      button.append(' ', element('small', '', people === 1 ? '1 person' : `${people} people`));
      button.addEventListener('click', () => void enter(room).catch(showLost));
      markCurrent(button);
      item.append(button);
      return item;
    },
  );
}

function showPeople(names: readonly string[], count: number): void {
  byId('people-count').textContent = count > names.length ? `${count}, ${names.length} shown` : String(count);
  showRows(
    byId('people'),
    names,
    (name) => name,
    (name) => {
      const item = element('li');
      item.append(element('bdi', '', name));
      return item;
    },
  );
}

function showFigures({ process, race, load }: Figures): void {
  byId('kill').hidden = !process.mayBeKilled;
  byId('kill').textContent = `Kill server process ${process.pid}`;
  (byId('race-stop') as HTMLButtonElement).disabled = race === null;
  byId('race-start').textContent = race === null ? 'Start' : 'Start anew';
  if (race !== null) showTable(byId('race-table'), raceRows(race));
  byId('load').hidden = load === null;
  if (load === null) return;
  const tiles = loadTiles(load).map(([name, value]) => {
    const tile = element('dl');
    tile.append(element('dt', '', name), element('dd', '', value));
    return tile;
  });
  byId('load-tiles').replaceChildren(...tiles);
}

function showLost(error: unknown): void {
  showFault(`The server did not answer (${(error as Error).message}) Try again.`);
}

socket.onMessage((message) => {
  if (typeof message === 'string') return;
  const news = messages.decode(message);
  if (news.kind === 'said') conversation.said(news);
  else if (news.kind === 'typing') conversation.typing(news.room, news.from, performance.now());
  else if (news.kind === 'rooms') return showRooms(news.rooms);
  else if (news.kind === 'people') {
    if (news.room === conversation.room) showPeople(news.names, news.count);
    return;
  } else return showFigures(news);
  showTalk();
});

socket.onResume(({ missed }) => {
  if (missed === 0) return showState('back, nothing missed', '');
  // The server does not know where we were: it was started anew. What it remembers is all there is.
  if (missed === undefined) return void enter(conversation.room).catch(showLost);
  conversation.missed(missed);
  showState(`back, ${missed} missed`, 'broken');
  showTalk();
});

socket.onStatus((status) => {
  for (const id of ['restart', 'kill']) (byId(id) as HTMLButtonElement).disabled = status !== 'open';
  if (status === 'closed') return showState('closed', 'broken');
  if (status !== 'open')
    return showState(conversation.room === '' ? 'connecting' : 'reconnecting', 'waiting');
  showState('connected', '');
  if (conversation.room === '') void enter(FIRST_ROOM).catch(showLost);
  // What was missed comes by itself: the positions of the topic say where we were.
  else void ask({ kind: 'enter', room: conversation.room, isBack: true }).catch(() => {});
});

byId('composer').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = input('text').value;
  const fault = faultOfText(text);
  if (fault !== undefined) return showFault(fault);
  const id = crypto.randomUUID();
  const { room } = conversation;
  if (!outgoing.put({ room, id, text })) return showFault('Too many texts wait for the server already.');
  conversation.sending(room, id, text);
  input('text').value = '';
  showFault('');
  showTalk();
  byId('texts').scrollTop = byId('texts').scrollHeight;
});

let typedAt = Number.NEGATIVE_INFINITY;
byId('text').addEventListener('input', () => {
  const now = performance.now();
  if (now - typedAt < TYPING_PAUSE_MS) return;
  typedAt = now;
  tell({ kind: 'typing', room: conversation.room });
});

byId('new-room').addEventListener('submit', (event) => {
  event.preventDefault();
  const room = input('room-name').value.trim();
  const fault = faultOfRoom(room);
  if (fault !== undefined) return showFault(fault);
  input('room-name').value = '';
  void enter(room).catch(showLost);
});

byId('me').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = input('my-name').value.trim();
  const fault = faultOfName(name);
  if (fault !== undefined) return showFault(fault);
  myName = name;
  localStorage.setItem('oxbow-chat-name', name);
  showFault('');
  socket.reconnect();
});

for (const kind of ['restart', 'kill'] as const) byId(kind).addEventListener('click', () => tell({ kind }));

const policies = byId('policy') as HTMLSelectElement;
const showNote = (): void => {
  byId('policy-note').textContent = POLICY_NOTES[policies.value as Policy];
};
policies.append(...POLICIES.map((policy) => new Option(policy, policy)));
policies.addEventListener('change', showNote);
showNote();
byId('race').addEventListener('submit', (event) => {
  event.preventDefault();
  tell({ kind: 'race', policy: policies.value as Policy });
});
byId('race-stop').addEventListener('click', () => tell({ kind: 'race', policy: null }));
setInterval(showTyping, 1000);
