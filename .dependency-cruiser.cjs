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

/** Which wings of a layer each wing may see, besides itself. The floors (`saga`, `http`, `views`) stand below and see none above. */
const workflowWings = {
  saga: [],
  refund: ['saga'],
  issue: ['saga'],
  review: ['saga'],
  sweep: ['saga'],
  late: ['issue', 'refund', 'review', 'saga'],
  collect: ['issue', 'late', 'refund', 'saga'],
  split: ['collect', 'issue', 'saga'],
  cart: ['collect', 'issue', 'saga'],
};
const activityWings = {
  saga: [],
  collect: ['saga'],
  issue: ['saga'],
  late: ['saga'],
  reconcile: ['saga'],
  split: ['saga'],
  sweep: ['saga'],
  refund: ['collect', 'saga'],
  cart: ['collect', 'saga'],
};
const apiWings = {
  http: [],
  views: ['http'],
  audit: ['http'],
  book: ['http'],
  evidence: ['http', 'views'],
  refund: ['http', 'views'],
  review: ['http', 'views'],
  collect: ['http', 'views'],
  cart: ['collect', 'http', 'views'],
};
/** One rule a wing, and one that every folder of the layer is a wing named here. */
const wings = (layer, seen) => [
  ...Object.entries(seen).map(([wing, below]) => ({
    name: `${layer}-${wing}-sees-${below.join('-and-') || 'no-wing'}`,
    comment: 'a wing sees only the wings below it, by name',
    severity: 'error',
    from: { path: `^src/${layer}/${wing}/` },
    to: { path: `^src/${layer}/[^/]+/`, pathNot: `^src/${layer}/(${[wing, ...below].join('|')})/` },
  })),
  {
    name: `${layer}-has-no-other-wing`,
    comment: 'a new wing says here what it may see',
    severity: 'error',
    from: {},
    to: { path: `^src/${layer}/[^/]+/`, pathNot: `^src/${layer}/(${Object.keys(seen).join('|')})/` },
  },
];
module.exports = {
  forbidden: [
    ...wings('workflows', workflowWings),
    ...wings('activities', activityWings),
    ...wings('api', apiWings),
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
