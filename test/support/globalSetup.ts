import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { freePorts } from '../../stack/ports.js';
import { newRunFolder } from '../../stack/runFolder.js';
import { startMongo } from '../../stack/servers.js';

declare module 'vitest' {
  export interface ProvidedContext {
    mongoUri: string;
  }
}

/** One MongoDB for the whole run, none for a run of the pure tests alone. Vitest calls this for every project. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!project.isRootProject()) return undefined;
  if (project.vitest.projects.every(({ name }) => name === 'pure')) return undefined;
  const folder = await newRunFolder();
  const { MONGODB_PORT } = await freePorts();
  const mongo = await startMongo({ port: MONGODB_PORT, folder });
  project.provide('mongoUri', mongo.uri);
  return async () => {
    await mongo.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
