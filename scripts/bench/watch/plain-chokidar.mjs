/** The baseline: chokidar as its README shows it, on every file of the folder named by the first argument. */
import { watch } from 'chokidar';

let files = 0;
const watcher = watch(process.argv[2], { ignoreInitial: false });
watcher.on('add', () => (files += 1));
watcher.on('ready', () => process.send({ ready: true, files }));
