import { mkdirSync, writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

const totalsFile = '.runtime/test-totals';

/** Leaves "N passed, N failed" in .runtime/test-totals: one line that a build server can read, whatever vitest prints. */
export default class TotalsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const passed = tests.filter((test) => test.result().state === 'passed').length;
    const failedTests = tests.filter((test) => test.result().state === 'failed').length;
    // A file that cannot be loaded holds no failed test, yet it has failed.
    const brokenModules = modules.filter((module) => module.errors().length > 0).length;
    mkdirSync('.runtime', { recursive: true });
    writeFileSync(totalsFile, `${passed} passed, ${failedTests + brokenModules + unhandledErrors.length} failed\n`);
  }
}
