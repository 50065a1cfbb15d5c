import type { OpenApiDocument } from './openapi.js';

type Json = Record<string, unknown>;

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description?: string;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: Json }[];
  requestBody?: { content: Record<string, { schema?: Json }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Json }> }>;
  'x-roles'?: string[];
}

const methods = ['get', 'post'] as const;

/** The API document as one page of HTML without scripts, made once when the process starts. */
export function docsPage(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method] as unknown as Operation | undefined;
      return operation === undefined ? [] : [{ path, method, operation }];
    }),
  );
  const tags = document.tags ?? [];
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Json>);
  const inTag = (tag: string) => operations.filter(({ operation }) => operation.tags.includes(tag));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(document.info.title)}</title>
<style>${docsStyle}</style>
</head>
<body>
<nav>
<strong>${text(document.info.title)}</strong>
${tags.map(({ name }) => `<h2>${text(name)}</h2><ul>${inTag(name).map(menuLine).join('')}</ul>`).join('\n')}
<h2>shapes</h2><ul>${schemas.map(([name]) => `<li><a href="#${name}">${text(name)}</a></li>`).join('')}</ul>
</nav>
<main>
<header>
<h1>${text(document.info.title)} <small>${text(document.info.version)}</small></h1>
<p>${prose(document.info.description ?? '')}</p>
<p>Callers send <code>Authorization: Bearer pk_…</code>. For machines: <a href="/openapi.json">openapi.json</a>.</p>
</header>
${tags
  .map(
    ({ name, description }) =>
      `<section><h2>${text(name)}</h2><p>${prose(description ?? '')}</p>${inTag(name).map(operationCard).join('\n')}</section>`,
  )
  .join('\n')}
<section><h2>shapes</h2>${schemas.map(([name, schema]) => shapeCard(name, schema)).join('\n')}</section>
</main>
</body>
</html>
`;
}

interface Placed {
  path: string;
  method: string;
  operation: Operation;
}

function menuLine({ method, operation }: Placed): string {
  return `<li><a href="#${operation.operationId}"><b class="${method}">${method}</b> ${text(operation.summary)}</a></li>`;
}

function operationCard({ path, method, operation }: Placed): string {
  const { operationId, summary, description, parameters = [], requestBody, responses } = operation;
  const roles = operation['x-roles'] ?? [];
  return `<article id="${operationId}">
<h3>${text(summary)}</h3>
<p class="line"><b class="${method}">${method}</b> <code>${text(path)}</code>${roles.map((role) => `<i>${text(role)}</i>`).join('')}</p>
<p>${prose((description ?? '').split('\n\nRoles:')[0] ?? '')}</p>
${parameters.length === 0 ? '' : table('parameters', parameters.map(parameterRow))}
${requestBody === undefined ? '' : `<p>Body: ${typeOf(Object.values(requestBody.content)[0]?.schema)}</p>`}
${table('answers', Object.entries(responses).map(responseRow))}
</article>`;
}

function parameterRow(parameter: NonNullable<Operation['parameters']>[number]): string {
  const { name, schema, description, required } = parameter;
  const says = description ?? stringOf(schema?.['description']);
  return row(`<code>${text(name)}</code>${required === true ? ' <em>needed</em>' : ''}`, typeOf(schema), prose(says));
}

function responseRow([status, response]: [string, Operation['responses'][string]]): string {
  const [type] = Object.values(response.content ?? {});
  const kind = status < '300' ? 'good' : 'bad';
  return row(
    `<b class="${kind}">${status}</b>`,
    type?.schema === undefined ? '' : typeOf(type.schema),
    prose(response.description),
  );
}

function shapeCard(name: string, schema: Json): string {
  const fields = Object.entries((schema['properties'] ?? {}) as Record<string, Json>);
  const needed = (schema['required'] ?? []) as string[];
  const rows = fields.map(([field, type]) =>
    row(
      `<code>${text(field)}</code>${needed.includes(field) ? '' : ' <em>optional</em>'}`,
      typeOf(type),
      prose(stringOf(type['description'])) + exampleOf(type),
    ),
  );
  const alternatives = fields.length === 0 ? `<p>${typeOf(schema)}</p>` : table('fields', rows);
  return `<article id="${name}"><h3>${text(name)}</h3><p>${prose(stringOf(schema['description']))}</p>${alternatives}</article>`;
}

function exampleOf(schema: Json): string {
  const [example] = (schema['examples'] ?? (schema['example'] === undefined ? [] : [schema['example']])) as unknown[];
  return example === undefined || example === null
    ? ''
    : ` <code class="example">${text(JSON.stringify(example))}</code>`;
}

/** A schema in a few words, with links to the shapes it names. */
function typeOf(schema: Json | undefined): string {
  if (schema === undefined) return 'anything';
  const reference = stringOf(schema['$ref']).split('/').at(-1);
  if (reference !== undefined && reference !== '') return `<a href="#${reference}">${text(reference)}</a>`;
  const alternatives = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
  if (alternatives !== undefined) return alternatives.map(typeOf).join(' or ');
  if (Array.isArray(schema['enum']))
    return schema['enum'].map((value) => `<code>${text(String(value))}</code>`).join(' ');
  if (schema['const'] !== undefined) return `<code>${text(JSON.stringify(schema['const']))}</code>`;
  if (schema['type'] === 'array') return `list of ${typeOf(schema['items'] as Json | undefined)}`;
  const properties = schema['properties'] as Record<string, Json> | undefined;
  if (properties !== undefined) {
    return `{ ${Object.entries(properties)
      .map(([name, type]) => `<code>${text(name)}</code>: ${typeOf(type)}`)
      .join(', ')} }`;
  }
  const type = schema['type'];
  return text(Array.isArray(type) ? type.join(' or ') : stringOf(type) || 'anything');
}

function table(caption: string, rows: readonly string[]): string {
  return `<table><caption>${caption}</caption>${rows.join('')}</table>`;
}

function row(...cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Text in which backquotes mark code. */
function prose(value: string): string {
  return text(value).replace(/`([^`]+)`/g, '<code>$1</code>');
}

export const docsStyle = `
:root { color-scheme: light dark; --ink: light-dark(#1d2530, #dfe6ee); --dim: light-dark(#5b6878, #93a1b1);
  --paper: light-dark(#ffffff, #12171e); --panel: light-dark(#f5f7fa, #1a212b); --rule: light-dark(#dfe4ea, #2c3643);
  --accent: light-dark(#0b63ce, #6cb0ff); --good: light-dark(#11703c, #6fd39a); --bad: light-dark(#a8321f, #f0937f); }
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: 17rem minmax(0, 1fr); color: var(--ink); background: var(--paper);
  font: 16px/1.55 system-ui, sans-serif; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1.25rem; background: var(--panel);
  border-right: 1px solid var(--rule); font-size: 0.875rem; }
nav h2 { margin: 1.25rem 0 0.25rem; font-size: 0.75rem; letter-spacing: 0.06em; text-transform: uppercase; color: var(--dim); }
nav ul { margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: 0.15rem 0; color: inherit; text-decoration: none; }
nav a:hover { color: var(--accent); }
main { max-width: 62rem; padding: 2rem 2.5rem 6rem; }
h1 small { font-size: 1rem; font-weight: 400; color: var(--dim); }
section > h2 { margin: 3rem 0 0; padding-bottom: 0.25rem; border-bottom: 1px solid var(--rule); text-transform: capitalize; }
article { margin: 1.5rem 0 2.5rem; scroll-margin-top: 1rem; }
article h3 { margin: 0 0 0.25rem; }
a { color: var(--accent); }
code { font: 0.875em/1.4 ui-monospace, monospace; background: var(--panel); padding: 0.1em 0.3em; border-radius: 4px; }
b.get, b.post { display: inline-block; min-width: 3em; font: 700 0.75em ui-monospace, monospace; text-transform: uppercase; }
b.get, b.good { color: var(--good); }
b.post { color: var(--accent); }
b.bad { color: var(--bad); }
.line i { margin-left: 0.4rem; padding: 0.05rem 0.5rem; border: 1px solid var(--rule); border-radius: 1rem; font-size: 0.8rem;
  font-style: normal; color: var(--dim); }
table { width: 100%; margin: 0.75rem 0; border-collapse: collapse; font-size: 0.875rem; }
caption { text-align: left; font-size: 0.75rem; letter-spacing: 0.06em; text-transform: uppercase; color: var(--dim); }
td { padding: 0.4rem 0.75rem 0.4rem 0; border-top: 1px solid var(--rule); vertical-align: top; overflow-wrap: anywhere; }
td:first-child { width: 13rem; }
td em, .example { color: var(--dim); }
@media (max-width: 50rem) { body { grid-template-columns: minmax(0, 1fr); } nav { position: static; height: auto; } main { padding: 1.25rem; } }
`;
