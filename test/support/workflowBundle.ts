import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

const bundleFolder = path.resolve('.runtime', 'test-bundles');

/**
 * The workflows as they are now, bundled once for all test files and runs: bundling takes longer than most sagas. The
 * file is named after its sources, so a change of any of them makes another.
 */
export async function workflowBundleFile(): Promise<string> {
  const file = path.join(bundleFolder, `${await sourcesSha256()}.js`);
  if (existsSync(file)) return file;
  const { code } = await bundleWorkflows('src/workflows/index.js');
  await mkdir(bundleFolder, { recursive: true });
  // Written aside first: another test file may be looking for it at this moment.
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, code);
  await rename(unfinished, file);
  return file;
}

/** Bundles any module of workflows, named as it will be built: `src/workflows/index.js`. */
export function bundleWorkflows(module: string): Promise<{ code: string }> {
  const workflowsPath = createRequire(import.meta.url).resolve(path.resolve(module.replace(/\.js$/, '.ts')));
  return bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
}

/** Workflows reach the domain and nothing else of ours. */
async function sourcesSha256(): Promise<string> {
  const sha256 = createHash('sha256');
  for (const folder of ['src/domain', 'src/workflows']) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
    for (const file of files.sort()) sha256.update(file).update(await readFile(file));
  }
  return sha256.digest('hex').slice(0, 16);
}
