import { startBuilt } from './parts/appliance.js';
import { fetchBytes, readMediaPlaylist, readMultivariant } from '../../test/support/stream.js';
for (const film of process.argv.slice(2)) for (let run = 0; run < 3; run++) {
const appliance = await startBuilt('/tmp/lanternshare-bench-films', {});
await new Promise((r) => setTimeout(r, 1500));
const { path, atMs } = await appliance.drop('/tmp/lanternshare-bench-films/' + film);
const t = () => (performance.now() - atMs) | 0;
const file = await appliance.waitForFile(path, ({ status }) => status === 'completed');
const completed = t();
const { stream_url } = await appliance.share(file.id);
const shared = t();
const { variants } = await readMultivariant(stream_url);
const master = t();
const playlist = await readMediaPlaylist(variants[0]!.uri);
const pl = t();
await fetchBytes(playlist.init!); const init = t();
await fetchBytes(playlist.segments[0]!); const seg = t();
console.log(film, { completed, shared, master, pl, init, seg });
await appliance.stop();
}
