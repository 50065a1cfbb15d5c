import { describe, expect, it } from 'vitest';
import { apiConfig, ConfigError, databaseConfig, workerConfig } from '../../src/platform/config.js';

const api = { MONGODB_URI: 'mongodb://127.0.0.1/', CHANNELS_CONFIG: 'channels.yaml' };
const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
const worker = { ...api, CORE_URL: 'http://127.0.0.1:9102', CORE_WEBHOOK_SECRET: secret };

describe('settings from the environment', () => {
  it('have defaults for a machine of one’s own, durations in ms', () => {
    expect(apiConfig(api)).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 8080,
      MONGODB_DATABASE: 'premium_payments',
      OPEN_WAIT: 8_000,
      TRUST_PROXY: 0,
    });
    expect(workerConfig({ ...worker, CORE_TIMEOUT: '500ms' })).toMatchObject({ CORE_TIMEOUT: 500, METRICS_PORT: 9464 });
    expect(databaseConfig(api)).toEqual({ MONGODB_URI: api.MONGODB_URI, MONGODB_DATABASE: 'premium_payments' });
  });

  it('take an empty variable for one that is not set', () => {
    expect(apiConfig({ ...api, PORT: '' }).PORT).toBe(8080);
    expect(() => apiConfig({ ...api, MONGODB_URI: '' })).toThrow(new ConfigError('MONGODB_URI is not set'));
  });

  const wrong: [Record<string, string>, string][] = [
    [{ PORT: '65536' }, 'PORT must be from 0 to 65535'],
    [{ PORT: '80a' }, 'PORT must be a whole number'],
    [{ OPEN_WAIT: '8' }, 'OPEN_WAIT must be a duration such as 10s, 5m, 1h or 3d'],
    [{ MONGODB_URI: 'http://db' }, 'MONGODB_URI must start with mongodb:// or mongodb+srv://'],
    [{ TEMPORAL_UI_URL: 'ftp://ui' }, 'TEMPORAL_UI_URL must be an http or https URL'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be a level such as info or warn'],
  ];
  for (const [change, message] of wrong) {
    it(`say in one line what is wrong: ${message}`, () => {
      expect(() => apiConfig({ ...api, ...change })).toThrow(new ConfigError(message));
    });
  }

  it('keep a call to the core shorter than the step that makes it', () => {
    const read = () => workerConfig({ ...worker, CORE_TIMEOUT: '41s' });
    expect(read).toThrow(new ConfigError('CORE_TIMEOUT must be at most 40s'));
  });

  it('name everything that is wrong at once, and never show a value', () => {
    const read = () => workerConfig({ ...worker, CORE_WEBHOOK_SECRET: 'hunter2', CORE_URL: undefined });
    expect(read).toThrow('CORE_URL is not set; CORE_WEBHOOK_SECRET must be whsec_ and base64');
    expect(read).not.toThrow('hunter2');
  });
});
