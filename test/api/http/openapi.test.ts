import { describe, expect, it } from 'vitest';
import { docsPage, docsStyle } from '../../../src/api/http/docsPage.js';
import { documentOfAll } from '../../../src/api/endpoints.js';
import { problems } from '../../../src/api/http/problem.js';

const document = documentOfAll();
const text = JSON.stringify(document);

describe('the API document', () => {
  it('is OpenAPI 3.1 in which every reference leads somewhere', () => {
    expect(document.openapi).toBe('3.1.0');
    const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
    const shapes = Object.keys(document.components?.schemas ?? {});
    expect(references.length).toBeGreaterThan(10);
    expect(references.filter((name) => !shapes.includes(name ?? ''))).toEqual([]);
  });

  it('gives each operation its own id, a summary, and its roles where it wants a key', () => {
    const operations = Object.values(document.paths ?? {}).flatMap(({ get, post }) =>
      [get, post].filter((operation) => operation !== undefined),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(operations.filter(({ summary }) => summary === undefined)).toEqual([]);
    const withRoles = operations.filter((operation) => 'x-roles' in operation);
    expect(withRoles.filter(({ security }) => security === undefined)).toEqual([]);
  });

  it('says that unknown fields are refused and shows examples', () => {
    const body = document.components?.schemas?.['OpenPayment'];
    expect(body).toMatchObject({ additionalProperties: false, properties: { amountFen: { examples: [128000] } } });
  });

  it('shows every problem that callers can meet', () => {
    const names = Object.keys(problems).filter((name) => name !== 'method-not-allowed');
    expect(names.filter((name) => !text.includes(`/problems/${name}`))).toEqual([]);
  });

  it('is also a page that needs no other host and no script', () => {
    const page = docsPage(document);
    expect(page).toContain('<article id="openPayment">');
    expect(page).toContain('channel-refused');
    expect(page).not.toMatch(/<script|src=|@import|url\(|\sstyle=|\son\w+=/i);
    expect(page.replaceAll('href="#', '').match(/href="[^"]*"/g)).toEqual(['href="/openapi.json"']);
    expect(page).toContain(`<style>${docsStyle}</style>`);
  });
});
