import { createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { chosenPorts, freePorts } from '../../stack/ports.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('the ports of the stack', () => {
  it('names the port in use and the variable that moves it, before any payment program starts', async () => {
    const { API_PORT: port } = await freePorts();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    vi.stubEnv('API_PORT', String(port));
    try {
      await expect(chosenPorts(['API_PORT'])).rejects.toThrow(
        `port ${port} is in use by another program; stop that program, or set API_PORT to a free port.`,
      );
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  it('refuses a port that is none', async () => {
    vi.stubEnv('SIM_CORE_PORT', '70000');
    await expect(chosenPorts([])).rejects.toThrow('SIM_CORE_PORT is "70000", which is not a port');
  });

  it('gives two stacks side by side a port of its own for every program', async () => {
    const ports = Object.values(await freePorts());
    expect(new Set(ports).size).toBe(ports.length);
  });
});
