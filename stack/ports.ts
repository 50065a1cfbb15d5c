import { createServer } from 'node:net';
import { PartProblem } from './parts/part.js';

const loopback = '127.0.0.1';

/** Where the stack listens when nothing else is said; the name is the environment variable that says otherwise. */
const defaultPorts = {
  API_PORT: 8080,
  TEMPORAL_PORT: 7233,
  TEMPORAL_UI_PORT: 8233,
  MONGODB_PORT: 27017,
  SIM_ALIPAY_PORT: 9101,
  SIM_CORE_PORT: 9102,
  SIM_WECHATPAY_PORT: 9103,
  SIM_UNIONPAY_PORT: 9104,
  METRICS_PORT: 9464,
} as const;
export type PortName = keyof typeof defaultPorts;
export type Ports = Readonly<Record<PortName, number>>;

const portNames = Object.keys(defaultPorts) as PortName[];

/** The default ports, or those the environment names. Raises a PartProblem that names the first port in use. */
export async function chosenPorts(needed: readonly PortName[] = portNames): Promise<Ports> {
  const ports = Object.fromEntries(portNames.map((name) => [name, portFromEnvironment(name)])) as Ports;
  for (const name of needed) {
    if (await isFree(ports[name])) continue;
    throw new PartProblem(
      `port ${ports[name]} is in use by another program; stop that program, or set ${name} to a free port.`,
    );
  }
  return ports;
}

/** Free ports, different from one another. */
export async function freePorts(): Promise<Ports> {
  const servers = await Promise.all(portNames.map(() => listen(0)));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return Object.fromEntries(portNames.map((name, index) => [name, ports[index]])) as Ports;
}

function portFromEnvironment(name: PortName): number {
  const text = process.env[name];
  if (text === undefined || text === '') return defaultPorts[name];
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new PartProblem(`${name} is "${text}", which is not a port; set it to a number from 1 to 65535.`);
}

async function isFree(port: number): Promise<boolean> {
  try {
    const server = await listen(port);
    await new Promise((resolve) => server.close(resolve));
    return true;
  } catch {
    return false;
  }
}

function listen(port: number): Promise<ReturnType<typeof createServer>> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: loopback }, () => {
      resolve(server);
    });
  });
}
