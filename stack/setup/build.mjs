import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root, run, say } from './run.mjs';

const sourceFolders = ['src', 'sim', 'stack', 'demo', 'bench'];
const sourceFiles = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

/** Compiles to dist/ and bundles the workflows ahead of time, unless dist/ was built from these very sources. */
export function build() {
  const stamp = path.join(root, 'dist', '.built-from');
  const fingerprint = sourcesFingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) {
    say('build: reusing dist/');
    return;
  }
  rmSync(stamp, { force: true });
  say('build: compiling to dist/ and bundling the workflows');
  run('compile', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);
  run('bundle the workflows', process.execPath, ['dist/stack/bundleWorkflows.js']);
  writeFileSync(stamp, fingerprint);
}

/** Size and time of change of every source: reading all of them would cost what it saves. */
function sourcesFingerprint() {
  const files = sourceFolders
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true }).map((name) => path.join(folder, String(name))),
    );
  const hash = createHash('sha256');
  for (const file of [...files, ...sourceFiles].sort()) {
    const { size, mtimeMs } = statSync(path.join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}
