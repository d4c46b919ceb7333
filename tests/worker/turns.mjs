// turns.mjs - an origin over HTTP whose answers wait for one another: once as many requests as
// were announced have come, each is sent a piece of its body in turn, round after round. So all of
// them are in the middle at the same time, on any machine. Faults are in the path:
//
//     /whole/photo.jpg     the sample
//     /dies/photo.jpg      half of it, then the connection breaks
//     /holds/photo.jpg     half of it, then nothing
//
// until heal() is called: then every one is whole.
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sampleBytes } from '../images/make-samples.mjs';

const PIECES = 16;

/**
 * @returns {Promise<{ url: string, gather: (count: number) => void, heal: () => void,
 *   asked: (count: number) => Promise<void>, left: (count: number) => Promise<void>,
 *   stop: () => void }>}
 *   gather: the next `count` requests wait for one another (1 unless said otherwise);
 *   asked, left: once so many faulty bodies were asked for, or left by their readers, since the
 *   last time
 */
export async function startTurns() {
  const events = new EventEmitter();
  let gathering = 1;
  let waiting = [];
  let healed = false;
  let begun = 0;
  let gone = 0;

  const server = createServer(async (request, response) => {
    const [, fault, ...rest] = request.url.split('?')[0].split('/');
    response.on('close', () => {
      if (response.writableFinished || fault === 'whole') return;
      gone += 1;
      events.emit('left');
    });
    const bytes = await sampleBytes(rest.join('/'));
    waiting.push({ response, bytes, fault: healed ? 'whole' : fault });
    if (waiting.length < gathering) return;
    begun += waiting.filter(({ fault }) => fault !== 'whole').length;
    events.emit('asked');
    const together = waiting;
    waiting = [];
    gathering = 1;
    await sendInTurns(together);
  });

  async function sendInTurns(answers) {
    for (const { response, bytes } of answers) {
      response.writeHead(200, { 'Content-Type': 'image/png', 'Content-Length': bytes.length });
    }
    for (let piece = 0; piece < PIECES; piece += 1) {
      for (const answer of answers) {
        sendPiece(answer, piece);
        await nextTurn();
      }
    }
  }

  function sendPiece({ response, bytes, fault }, piece) {
    const at = (index) => Math.floor((bytes.length * index) / PIECES);
    const isHalf = piece === PIECES / 2;
    if (fault === 'dies' && isHalf) return response.destroy();
    if (fault !== 'whole' && piece >= PIECES / 2) return;
    response.write(bytes.subarray(at(piece), at(piece + 1)));
    if (piece === PIECES - 1) response.end();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    gather(count) {
      gathering = count;
    },
    heal() {
      healed = true;
    },
    async asked(count) {
      while (begun < count) await once(events, 'asked');
      begun = 0;
    },
    async left(count) {
      while (gone < count) await once(events, 'left');
      gone = 0;
    },
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
