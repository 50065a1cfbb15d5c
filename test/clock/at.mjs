/**
 * `npm run at -- DAY npm run demo`: runs a command as if it began at another moment. DAY is one of the days below, or a moment such as
 * `2026-12-31T23:59:30` in Beijing. Only Node processes live then, with their workflows; servers beside them keep the real time.
 */
import { spawnSync } from 'node:child_process';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { days } from './days.mjs';

const [day = '', command, ...args] = process.argv.slice(2);
const moment = days[day] ?? day;
const atMs = Date.parse(`${moment}+08:00`);
if (command === undefined || Number.isNaN(atMs)) {
  console.error(
    `usage: npm run at -- DAY COMMAND…, where DAY is ${Object.keys(days).join(', ')} or yyyy-MM-ddTHH:mm:ss in Beijing`,
  );
  process.exit(2);
}
const shift = pathToFileURL(fileURLToPath(new URL('shift.mjs', import.meta.url)));
const { status } = spawnSync(command, args, {
  stdio: 'inherit',
  env: {
    ...process.env,
    CLOCK_SHIFT_MS: String(atMs - Date.now()),
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import ${shift.href}`.trim(),
  },
});
process.exit(status ?? 1);
