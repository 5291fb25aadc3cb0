// The core of a chat room in fifty lines: each member joins a topic, and what one says goes to all. Two of them meet here.
import { createTask, Event } from '@oxbow/loop';
import { connect, type Socket, serve, type WebSocketServer } from '@oxbow/websocket';

const ROOM = 'kitchen';

/** What the server does for one member. */
async function member(server: WebSocketServer, socket: Socket): Promise<void> {
  const name = new URL(socket.handshake.url, 'ws://room').searchParams.get('name') ?? 'somebody';
  const room = server.topic(ROOM);
  await socket.join(ROOM);
  await room.publish(`${name} is here`);
  for await (const said of socket) await room.publish(`${name}: ${said}`);
  await room.publish(`${name} has left`);
}

/** Sits in the room, answers what it hears, and goes when it has heard `last`. */
async function sit(
  url: string,
  name: string,
  answers: Readonly<Record<string, string>>,
  last: string,
): Promise<void> {
  const socket = await connect(`${url}?name=${name}`);
  for await (const heard of socket) {
    if (name === 'ada') console.log(heard);
    if (heard === 'ada is here') adaIsHere.set();
    const answer = answers[String(heard)];
    if (answer !== undefined) await socket.send(answer);
    if (heard === last) break;
  }
  await socket.close();
}

const adaIsHere = new Event();

export async function main(): Promise<void> {
  const server = await serve((socket) => member(server, socket), { host: '127.0.0.1', port: 0 });
  try {
    const ada = createTask(() =>
      sit(server.url, 'ada', { 'bob: anybody?': 'soup is ready' }, 'bob has left'),
    );
    await adaIsHere.wait();
    await sit(server.url, 'bob', { 'bob is here': 'anybody?' }, 'ada: soup is ready');
    await ada;
  } finally {
    await server.close();
  }
}
