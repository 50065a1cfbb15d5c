/**
 * Who may import whom: see "Who may import whom" in ARCHITECTURE.md. Each rule says what a folder may NOT reach.
 * @type {import('dependency-cruiser').IConfiguration}
 */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|sim|stack|demo|bench|console|test)/', pathNot: allowed },
});
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('domain-is-pure', '^src/domain/', ['^src/domain/'], 'the rules about money depend on nothing'),
    {
      name: 'domain-imports-no-package',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'] },
    },
    only(
      'workflows-see-domain',
      '^src/workflows/',
      ['^src/domain/', '^src/workflows/', '^src/activities/'],
      'workflow code is replayed',
    ),
    {
      name: 'workflows-see-only-activity-types',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { path: '^src/activities/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'workflows-see-activities-by-their-index',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { path: '^src/activities/', pathNot: '^src/activities/index\\.ts$' },
    },
    {
      name: 'workflows-have-no-node-modules',
      severity: 'error',
      from: { path: '^src/workflows/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'], pathNot: ['@temporalio/(workflow|common)'] },
    },
    only(
      'activities-see-ports',
      '^src/activities/',
      ['^src/domain/', '^src/activities/', '^src/(channels/channel|core/core|ledger/ledger|records/[a-zA-Z]+)\\.ts$'],
      'a step depends on ports, not on how they are done',
    ),
    only(
      'channels-stand-alone',
      '^src/channels/',
      ['^src/channels/', '^src/domain/', '^src/platform/'],
      'never one another',
    ),
    only(
      'offer-knows-channels-by-their-port',
      '^src/offer/',
      ['^src/offer/', '^src/channels/[a-zA-Z]+\\.ts$', '^src/domain/', '^src/platform/'],
      'what the business wants of the channels',
    ),
    {
      name: 'one-channel-never-sees-another',
      severity: 'error',
      from: { path: '^src/channels/([^/]+)/' },
      to: { path: '^src/channels/[^/]+/', pathNot: '^src/channels/$1/' },
    },
    only('core-stands-alone', '^src/core/', ['^src/core/', '^src/domain/', '^src/platform/'], 'never one another'),
    only(
      'ledger-stands-alone',
      '^src/ledger/',
      ['^src/ledger/', '^src/domain/', '^src/platform/'],
      'never one another',
    ),
    only(
      'records-stand-alone',
      '^src/records/',
      ['^src/records/', '^src/domain/', '^src/platform/'],
      'never one another',
    ),
    only('platform-stands-alone', '^src/platform/', ['^src/platform/', '^src/domain/'], 'platform knows no business'),
    only(
      'delivery-sees-ports',
      '^src/delivery/',
      [
        '^src/delivery/',
        '^src/domain/',
        '^src/workflows/[a-z]+/messages\\.ts$',
        '^src/workflows/saga/startOptions\\.ts$',
        '^src/records/[a-zA-Z]+\\.ts$',
        '^src/channels/channel\\.ts$',
        '^src/offer/offer\\.ts$',
      ],
      'brings stored facts to the workflows that wait for them, for the API and the worker alike',
    ),
    only(
      'api-is-thin',
      '^src/api/',
      [
        '^src/api/',
        '^src/delivery/',
        '^src/domain/',
        '^src/workflows/[a-z]+/messages\\.ts$',
        '^src/records/[a-zA-Z]+\\.ts$',
        '^src/ledger/(ledger|balances|settlements)\\.ts$',
        '^src/channels/channel\\.ts$',
        '^src/offer/offer\\.ts$',
      ],
      'the API starts workflows and forwards signals',
    ),
    only('sim-is-outside', '^sim/', ['^sim/'], 'a simulator that shares our code would share our mistakes'),
    {
      name: 'nothing-imports-sim',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(sim|stack|demo|bench|test)/' },
    },
    only(
      'stack-starts-programs',
      '^stack/',
      ['^stack/', '^src/platform/'],
      'the stack runs programs, it does not import them',
    ),
    only(
      'bench-measures-from-outside',
      '^bench/',
      [
        '^bench/',
        '^stack/',
        '^src/platform/',
        '^src/workflows/[a-z]+/messages\\.ts$',
        '^src/activities/index\\.ts$',
        '^sim/',
      ],
      'a benchmark drives the product as its callers do',
    ),
    only('demo-is-a-client', '^demo/', ['^demo/', '^stack/'], 'the demo sees only what an outside caller sees'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs'] },
  },
};
