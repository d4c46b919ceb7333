// hosts-table.mjs - make hosts-table: writes what the last runs of tests/runtimes found out into the
// table of docs/hosts/README.md. Columns of hosts that did not run here stay as they are, those of
// hosts that are no more go.
import { checks } from '../tests/runtimes/checks.mjs';
import { loadHosts } from '../tests/runtimes/hosts.mjs';
import { readTable, savedResults, writeTable } from '../tests/runtimes/table.mjs';

const known = [...(await readTable()), ...(await savedResults())];
const hosts = await loadHosts();
const columns = hosts.map(({ title }) => known.findLast((column) => column.title === title));
const absent = hosts.filter((_, index) => !columns[index]).map(({ name }) => name);
if (absent.length > 0) console.error(`never run: ${absent.join(', ')}`);
await writeTable(
  columns.filter((column) => column !== undefined),
  checks.map(({ title }) => title),
);
