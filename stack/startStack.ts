import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { writeChannelFiles, type ChannelSettings } from './channels/channelFiles.js';
import {
  channelSims,
  payeeChannelSims,
  type ChannelName,
  type ChannelSim,
  type PayeeChannelName,
} from './channels/channelSide.js';
import { PartProblem } from './parts/part.js';
import { chosenPorts, freePorts, type PortName, type Ports } from './ports.js';
import { Program, answers, shows } from './program.js';
import { newRunFolder } from './runFolder.js';
import { startMongo, startTemporalDevServer, type MongoServer, type TemporalServer } from './servers.js';

export interface StackOptions {
  /** `default`: the documented ports, for a person. `free`: any, so that several stacks run side by side. */
  readonly ports: 'default' | 'free';
  readonly channels?: ChannelSettings;
  /** Added to the environment of the API and the worker. */
  readonly env?: Readonly<Record<string, string>>;
  /** Multiplies the simulator's gaps between repeated callbacks; 1 is as in life. */
  readonly simTimeScale?: number;
  /** Told what is being started. */
  readonly say?: (line: string) => void;
  /** The exit code of this process after an interruption (Ctrl-C) stopped everything. */
  readonly interruptedExitCode?: number;
}

type Role = (typeof roles)[number];
const interruptions = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const roles = ['core', 'ops', 'finance', 'auditor'] as const;

/** The whole product running on loopback: MongoDB, Temporal, the simulators, one worker, one API. */
export interface Stack {
  readonly api: { readonly url: string };
  /** One API key of each role. */
  readonly keys: Readonly<Record<Role, string>>;
  readonly sims: Readonly<Record<ChannelSim | 'core', { readonly url: string }>>;
  /** The simulator that plays a channel, by the channel's name; those of payees are among them. */
  readonly channels: Readonly<Record<ChannelName | PayeeChannelName, { readonly url: string }>>;
  readonly mongoUri: string;
  readonly mongoDatabase: string;
  readonly temporal: { readonly address: string; readonly namespace: string; readonly uiUrl: string };
  readonly metricsUrl: string;
  /** To be killed and restarted at will; each comes back at the same address. */
  readonly processes: Readonly<
    Record<'simAlipay' | 'simWechatpay' | 'simUnionpay' | 'simCore' | 'worker' | 'api', Program>
  >;
  /** Likewise; absent where configuration names a server that runs elsewhere. A Temporal stopped forgets everything. */
  readonly servers: { readonly mongo?: Program; readonly temporal?: Program };
  /** Logs, keys and database files of this run. */
  readonly folder: string;
  /** Stops everything that was started here, the last first. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts everything, in order, and answers when all of it is healthy. If one part does not start, those before it are
 * stopped again and a PartProblem says what to do. Needs a finished set-up (`node stack/setup.mjs`).
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const started: { stop(): Promise<void> }[] = [];
  const stop = async () => {
    for (const one of started.splice(0).reverse()) await one.stop();
    for (const signal of interruptions) process.removeListener(signal, interrupted);
  };
  const interrupted = () => void stop().finally(() => process.exit(options.interruptedExitCode ?? 130));
  for (const signal of interruptions) process.once(signal, interrupted);
  try {
    const start = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
      const one = await starting;
      started.push(one);
      return one;
    };
    return await startInOrder(options, start, stop);
  } catch (problem) {
    await stop();
    throw problem;
  }
}

async function startInOrder(
  options: StackOptions,
  start: <T extends { stop(): Promise<void> }>(starting: Promise<T>) => Promise<T>,
  stop: () => Promise<void>,
): Promise<Stack> {
  const say = options.say ?? (() => undefined);
  const ports = options.ports === 'free' ? await freePorts() : await chosenPorts(portsNeeded());
  const folder = await newRunFolder();
  const urls = urlsOf(ports);

  say('MongoDB');
  const mongo = await start(startMongo({ port: ports.MONGODB_PORT, folder }));
  say('Temporal');
  const temporal = await start(
    startTemporalDevServer({ port: ports.TEMPORAL_PORT, uiPort: ports.TEMPORAL_UI_PORT, folder }),
  );
  const env = await environmentOf({ options, ports, folder, mongo, temporal });
  await runOnce('temporalApply', [], env.common, say);
  await runOnce('migrate', [], env.common, say);

  const program = async (
    name: string,
    file: string,
    added: Record<string, string>,
    isReady: () => Promise<boolean>,
  ) => {
    say(name);
    return start(started(nodeProgram({ name, file, env: added, isReady, folder })));
  };
  const sim = (name: ChannelSim | 'core') =>
    program(`sim-${name}`, `sim/${name}/main.js`, env.sims[name], () => answers(`${urls.sims[name]}/healthz`));
  const simAlipay = await sim('alipay');
  const simWechatpay = await sim('wechatpay');
  const simUnionpay = await sim('unionpay');
  const simCore = await sim('core');
  const worker = await program('worker', 'src/worker.js', env.worker, () => workerPolls(urls.metrics));
  const api = await program('api', 'src/server.js', env.api, () => answers(`${urls.api}/healthz`));

  return {
    api: { url: urls.api },
    keys: await createKeys(env.common),
    sims: {
      alipay: { url: urls.sims.alipay },
      wechatpay: { url: urls.sims.wechatpay },
      unionpay: { url: urls.sims.unionpay },
      core: { url: urls.sims.core },
    },
    channels: Object.fromEntries(
      Object.entries({ ...channelSims, ...payeeChannelSims }).map(([channel, played]) => [
        channel,
        { url: urls.sims[played] },
      ]),
    ) as Stack['channels'],
    mongoUri: mongo.uri,
    mongoDatabase: env.common.MONGODB_DATABASE,
    temporal: { address: temporal.address, namespace: temporal.namespace, uiUrl: temporal.uiUrl },
    metricsUrl: `${urls.metrics}/metrics`,
    processes: { simAlipay, simWechatpay, simUnionpay, simCore, worker, api },
    servers: {
      ...(mongo.program && { mongo: mongo.program }),
      ...(temporal.program && { temporal: temporal.program }),
    },
    folder,
    stop,
  };
}

/** A configured server needs no port here. */
function portsNeeded(): PortName[] {
  return [
    ...(process.env['MONGODB_URI'] ? [] : (['MONGODB_PORT'] as const)),
    ...(process.env['TEMPORAL_ADDRESS'] ? [] : (['TEMPORAL_PORT', 'TEMPORAL_UI_PORT'] as const)),
    ...(['API_PORT', 'METRICS_PORT', ...Object.values(simPorts)] as const),
  ];
}

const simPorts = {
  alipay: 'SIM_ALIPAY_PORT',
  wechatpay: 'SIM_WECHATPAY_PORT',
  unionpay: 'SIM_UNIONPAY_PORT',
  core: 'SIM_CORE_PORT',
} as const satisfies Record<ChannelSim | 'core', PortName>;

function urlsOf(ports: Ports) {
  const at = (name: PortName) => `http://127.0.0.1:${ports[name]}`;
  const { alipay, wechatpay, unionpay, core } = simPorts;
  return {
    api: at('API_PORT'),
    sims: { alipay: at(alipay), wechatpay: at(wechatpay), unionpay: at(unionpay), core: at(core) },
    metrics: at('METRICS_PORT'),
  };
}

interface Started {
  options: StackOptions;
  ports: Ports;
  folder: string;
  mongo: MongoServer;
  temporal: TemporalServer;
}

/** What each program is told; the variables are documented with the programs. */
async function environmentOf({ options, ports, folder, mongo, temporal }: Started) {
  const urls = urlsOf(ports);
  const files = await writeChannelFiles(folder, {
    apiUrl: urls.api,
    simUrls: urls.sims,
    settings: options.channels ?? {},
  });
  const coreSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const common = {
    MONGODB_URI: mongo.uri,
    // Fresh for each run, as the database server may be shared.
    MONGODB_DATABASE: `run_${randomBytes(6).toString('hex')}`,
    ...(await temporalEnvironment(temporal, folder)),
  };
  const ours = {
    ...common,
    CHANNELS_CONFIG: files.channelsConfig,
    CORE_URL: urls.sims.core,
    CORE_WEBHOOK_SECRET: coreSecret,
    TEMPORAL_UI_URL: temporal.uiUrl,
    ...options.env,
  };
  const simEnvironment = (name: ChannelSim) => ({
    ...files.simEnvironments[name],
    [simPorts[name]]: String(ports[simPorts[name]]),
    SIM_TIME_SCALE: String(options.simTimeScale ?? 1),
  });
  return {
    common,
    api: { ...ours, HOST: '127.0.0.1', PORT: String(ports.API_PORT) },
    worker: { ...ours, METRICS_HOST: '127.0.0.1', METRICS_PORT: String(ports.METRICS_PORT) },
    sims: {
      alipay: simEnvironment('alipay'),
      wechatpay: simEnvironment('wechatpay'),
      unionpay: simEnvironment('unionpay'),
      core: { [simPorts.core]: String(ports.SIM_CORE_PORT), SIM_CORE_WEBHOOK_SECRET: coreSecret },
    },
  };
}

async function temporalEnvironment(temporal: TemporalServer, folder: string): Promise<Record<string, string>> {
  const address = { TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.namespace };
  if (temporal.program === undefined) return address;
  // A person's own Temporal profile, with TLS or a key, is not meant for the server started here.
  const emptyProfile = path.join(folder, 'temporal.toml');
  await writeFile(emptyProfile, '[profile.default]\n');
  return { ...address, TEMPORAL_CONFIG_FILE: emptyProfile, TEMPORAL_PROFILE: 'default' };
}

interface NodeProgram {
  name: string;
  file: string;
  env: Record<string, string>;
  isReady: () => Promise<boolean>;
  folder: string;
}

function nodeProgram({ name, file, env, isReady, folder }: NodeProgram): Program {
  return new Program({
    name,
    command: process.execPath,
    args: ['--enable-source-maps', path.join('dist', file)],
    env,
    logFile: path.join(folder, `${name}.log`),
    isReady,
  });
}

/** The metrics address answers before the worker does its work; this counter appears when it begins to poll. */
function workerPolls(metricsUrl: string): Promise<boolean> {
  return shows(`${metricsUrl}/metrics`, 'temporal_worker_start');
}

async function started(program: Program): Promise<Program> {
  await program.start();
  return program;
}

/** Runs one of the command-line programs to its end and gives what it printed. */
async function runOnce(
  name: 'temporalApply' | 'migrate' | 'keys',
  args: readonly string[],
  env: Record<string, string>,
  say: (line: string) => void = () => undefined,
): Promise<string> {
  say([name, ...args].join(' '));
  try {
    const file = path.join('dist', 'src', 'commands', `${name}.js`);
    const { stdout } = await promisify(execFile)(process.execPath, [file, ...args], {
      env: { ...process.env, ...env },
    });
    return stdout;
  } catch (failure) {
    const { stderr } = failure as { stderr?: string };
    throw new PartProblem(`${name} failed: ${stderr?.trim() ?? String(failure)}`);
  }
}

async function createKeys(env: Record<string, string>): Promise<Record<Role, string>> {
  const keys = await Promise.all(roles.map(async (role) => [role, await createKey(role, env)] as const));
  return Object.fromEntries(keys) as Record<Role, string>;
}

/** A key is shown once, when it is made. */
async function createKey(role: Role, env: Record<string, string>): Promise<string> {
  const printed = await runOnce('keys', ['add', '--role', role, '--name', `local-${role}`, '--json'], env);
  return (JSON.parse(printed) as { key: string }).key;
}
