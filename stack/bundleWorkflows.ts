import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DefaultLogger, bundleWorkflowCode } from '@temporalio/worker';

/** Bundled once at build time: a worker then starts in a second, and every worker of a release runs the same bytes. */
const { code } = await bundleWorkflowCode({
  workflowsPath: createRequire(import.meta.url).resolve('../src/workflows/index.js'),
  logger: new DefaultLogger('WARN'),
});
await writeFile('dist/workflows.js', code);
