import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { z } from 'zod';
import type { Channel } from './channel.js';
import type { CommonSettings } from './commonSettings.js';

/** What stamps requests and decides which key is believed; nothing about money depends on it. */
export interface Clock {
  now: () => Date;
}

/** Where a channel stands in the file, and what it may use while it is made. */
export interface ChannelPlace {
  name: string;
  /** Where the channel sends its callbacks. */
  notifyUrl: string;
  files: KeyFiles;
  clock: Clock;
}

/**
 * What a folder under `channels/` offers to the list in `channels.ts`: the settings it understands, and how a channel is
 * made of them. `create` answers null when a file could not be used; `files` knows why.
 */
export interface Protocol {
  readonly protocol: string;
  readonly settings: z.ZodType<CommonSettings>;
  create(settings: CommonSettings, place: ChannelPlace): Promise<Channel | null>;
}

/** Keeps settings and maker of one type while the list holds protocols of many. */
export function defineProtocol<Settings extends CommonSettings>(definition: {
  protocol: string;
  settings: z.ZodType<Settings>;
  create(settings: Settings, place: ChannelPlace): Promise<Channel | null>;
}): Protocol {
  return {
    protocol: definition.protocol,
    settings: definition.settings,
    // The settings were read by this very schema.
    create: (settings, place) => definition.create(settings as Settings, place),
  };
}

/** Reads the files a channel's settings name, relative to the channels file, and collects what is wrong with them. */
export class KeyFiles {
  private readonly at: string;
  private readonly folder: string;
  private readonly problems: string[];

  /** `at` is the channel's place in the file, `channels.alipay`; problems are added to `problems`, a sentence each. */
  constructor(at: string, folder: string, problems: string[]) {
    this.at = at;
    this.folder = folder;
    this.problems = problems;
  }

  /** `parse` raises RangeError, whose message goes on after "which", for content it does not take. Null: a problem. */
  async read<Content>(setting: string, file: string, parse: (text: string) => Content): Promise<Content | null> {
    try {
      return parse(await readFile(resolve(this.folder, file), 'utf8'));
    } catch (error) {
      const why = error instanceof RangeError ? error.message : `cannot be read (${codeOf(error)})`;
      this.reject(setting, `names ${file}, which ${why}`);
      return null;
    }
  }

  /** Says what is wrong with a setting, in words that go on after its name. */
  reject(setting: string, why: string): void {
    this.problems.push(`${this.at}.${setting} ${why}.`);
  }
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}
