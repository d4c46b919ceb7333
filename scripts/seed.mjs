// seed.mjs - makes the sample images and puts them into the local bucket of the worker's
// dev environment, under dev/ and prod/; then prints addresses to try.
//
//   node scripts/seed.mjs STATE_FOLDER PORT
//
// STATE_FOLDER is what `wrangler dev --persist-to` gets. Nothing is put again that was
// put before, so a second start takes no time.
import fs from "node:fs/promises";
import path from "node:path";
import { samplePath } from "../tests/images/make-samples.mjs";
import { samples } from "../tests/images/samples.mjs";

const [state, port] = process.argv.slice(2);
const TYPES = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".pdf": "application/pdf",
};

const files = [];
for (const { group, path: name } of samples) {
  if (group === "run") files.push({ name, file: await samplePath(name) });
}

const marks = await Promise.all(files.map(async ({ file }) => `${file} ${(await fs.stat(file)).mtimeMs}`));
const stamp = path.join(state, "seeded");
if ((await fs.readFile(stamp, "utf8").catch(() => "")) !== marks.join("\n")) {
  const { getPlatformProxy } = await import("wrangler");
  const { env, dispose } = await getPlatformProxy({ environment: "dev", persist: { path: path.join(state, "v3") } });
  for (const { name, file } of files) {
    const bytes = await fs.readFile(file);
    for (const prefix of ["dev", "prod"]) {
      const httpMetadata = { contentType: TYPES[path.extname(name)] };
      await env.IMAGES.put(`${prefix}/${name}`, bytes, { httpMetadata });
    }
  }
  await dispose();
  await fs.writeFile(stamp, marks.join("\n"));
}

const base = `http://localhost:${port}`;
console.log(`
${files.length} sample images are in the local bucket, under dev/ and prod/. To try, once it says Ready:

  curl -o t.webp '${base}/dev/thumbnail.png?w=200&h=150&f=webp&q=90'
  curl -sD- -o /dev/null '${base}/dev/thumbnail.png?h=150&w=200&q=90&f=webp'   X-Cache: Hit
  curl '${base}/dev/photo.jpg?f=json'                                         what is in it
  curl -i '${base}/dev/photo.jpg?w=wide'                                      a wrong option
  ${base}/prod/photo.jpg?w=800&h=450&g=0.5x0.3
  ${base}/prod/alpha.png?w=300&f=jpeg&bg=ffcc00
`);
