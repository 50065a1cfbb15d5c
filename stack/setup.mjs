// Everything a fresh clone needs before it can run: packages, a build, and the programs behind the stack.
// Plain Node without packages, because it runs before there are any. Running it again does only what is missing.
import { build } from './setup/build.mjs';
import { checkNodeVersion, installPackages } from './setup/packages.mjs';
import { run, SetupProblem } from './setup/run.mjs';
import { oneAtATime } from './setup/lock.mjs';

try {
  checkNodeVersion();
  await oneAtATime(async () => {
    installPackages();
    build();
    run('obtain the programs behind the stack', process.execPath, ['dist/stack/parts/obtain.js']);
  });
} catch (problem) {
  if (!(problem instanceof SetupProblem)) throw problem;
  console.error(`set-up: ${problem.message}`);
  process.exitCode = 1;
}
