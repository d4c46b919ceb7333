// run-samples.mjs - every sample through a command, to see what of it runs (scripts/coverage):
//
//     node tests/lib/run-samples.mjs PROGRAM
import { sampleBytes } from '../images/make-samples.mjs';
import { samples } from '../images/samples.mjs';
import { makeRandom } from '../images/scene.mjs';
import { run } from './engines.mjs';

const QUERIES = [
  'w=57&h=43&f=webp&g=0.1x0.8',
  'w=300&h=20&fit=contain&bg=3377aa88&f=png',
  'w=31&f=jpeg&fit=fill&h=90&bg=fff',
  'w=25&h=70&fit=fill&lin=1&f=png',
  'w=90&h=40&fit=contain&bg=c33&lin=1&f=jpeg',
  'w=40&h=90&fit=contain&bg=c33&q=50&f=webp',
  'f=json',
];
const program = process.argv[2];
const random = makeRandom(1);
for (const { path: sample, group } of samples) {
  if (group === 'big') continue;
  const bytes = await sampleBytes(sample);
  const damaged = Buffer.from(bytes);
  damaged[random.below(bytes.length)] ^= 1 + random.below(255);
  for (const query of QUERIES) {
    for (const input of [bytes, damaged]) {
      const { signal } = await run(program, [query], input);
      if (signal !== null) throw new Error(`${sample}, ${query}: ended by ${signal}`);
    }
  }
}
