/**
 * `npm run mutations`: breaks the code in one way after another, in a copy of it, and shows that the test named for it fails. Ends with 1
 * when one is not caught, or when a test fails that nothing was done to.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutations } from './mutations.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copied = ['src', 'sim', 'stack', 'demo', 'test', 'config', 'docs', 'package.json', 'temporal.yaml'];
const copiedToo = ['tsconfig.json', 'tsconfig.build.json', 'vitest.config.ts'];
const linked = ['node_modules', '.runtime', 'dist'];

const copy = mkdtempSync(path.join(tmpdir(), 'mutations-'));
process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const name of [...copied, ...copiedToo]) cpSync(path.join(root, name), path.join(copy, name), { recursive: true });
for (const name of linked) symlinkSync(path.join(root, name), path.join(copy, name));

console.log('unchanged: every test named below must pass');
let wrong = 0;
for (const { test } of oneOfEach(mutations)) {
  const { passed, failed } = run(test);
  if (passed > 0 && failed.length === 0) continue;
  wrong += 1;
  console.log(`✗ ${test.file}: "${test.name}" ${failed.length > 0 ? 'fails by itself' : 'is not there'}`);
}

for (const { name, file, find, replace, test } of mutations) {
  const target = path.join(copy, file);
  const original = readFileSync(target, 'utf8');
  const parts = original.split(find);
  if (parts.length !== 2) {
    wrong += 1;
    console.log(`✗ ${name}: what it changes stands ${parts.length - 1} times in ${file}`);
    continue;
  }
  writeFileSync(target, parts.join(replace));
  const { failed } = run(test);
  writeFileSync(target, original);
  if (failed.length === 0) wrong += 1;
  console.log(`${failed.length === 0 ? '✗' : '✓'} ${name}\n    ${failed[0] ?? `not noticed by "${test.name}"`}`);
}
console.log(`\n${mutations.length} mutations, ${wrong === 0 ? 'all caught' : `${wrong} problems`}`);
process.exitCode = wrong === 0 ? 0 : 1;

/**
 * Runs the tests of a file whose full name holds `name`.
 * @param {{ file: string, name: string }} test
 * @returns {{ passed: number, failed: string[] }} full names of those that failed
 */
function run({ file, name }) {
  const report = path.join(copy, 'report.json');
  rmSync(report, { force: true });
  const pattern = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const vitest = path.join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', file, '-t', pattern, '--reporter=json', `--outputFile=${report}`];
  spawnSync(process.execPath, args, { cwd: copy, stdio: 'ignore' });
  /** @type {{ testResults: { assertionResults: { status: string, fullName: string }[] }[] }} */
  const { testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    passed: results.filter(({ status }) => status === 'passed').length,
    failed: results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName.trim()),
  };
}

/** @param {readonly import('./mutations.mjs').Mutation[]} all */
function oneOfEach(all) {
  return [...new Map(all.map((mutation) => [`${mutation.test.file} ${mutation.test.name}`, mutation])).values()];
}
