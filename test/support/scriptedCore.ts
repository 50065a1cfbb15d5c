import type { Core, IssueRequest, IssueResult, Policy, PolicyLookup } from '../../src/core/core.js';
import type { TestClock } from './testClock.js';
import { Twists } from './twists.js';

interface IssuedPolicy extends Policy {
  request: IssueRequest;
  cancelled: boolean;
}

type CancelResult = Awaited<ReturnType<Core['cancel']>>;

/** An insurance core at its port: one policy per payment whatever it is asked, and trouble as told. */
export class ScriptedCore implements Core {
  readonly timeoutMs = 1_000;
  /** Every call in order, by payment: `issue`, `query`, `cancel`. */
  private readonly calls: { paymentId: string; call: 'issue' | 'query' | 'cancel' }[] = [];
  readonly onIssue = new Twists<IssueResult>();
  readonly onQuery = new Twists<PolicyLookup>();
  readonly onCancel = new Twists<CancelResult>();
  private readonly policies = new Map<string, IssuedPolicy>();
  private readonly lost = new Map<string, IssueRequest>();
  private readonly silent = new Map<string, number>();
  private readonly refused = new Map<string, string>();
  private readonly clock: TestClock;

  constructor(clock: TestClock) {
    this.clock = clock;
  }

  /** All twists are over. */
  calm(): void {
    for (const twists of [this.onIssue, this.onQuery, this.onCancel]) twists.clear();
  }

  callsFor(paymentId: string): string[] {
    return this.calls.filter((made) => made.paymentId === paymentId).map(({ call }) => call);
  }

  /** The policy in force for a payment, if there is one. */
  inForce(paymentId: string): IssuedPolicy | null {
    const policy = this.policies.get(paymentId);
    return policy === undefined || policy.cancelled ? null : policy;
  }

  /** Answers nothing at all until then. */
  downUntil(untilMs: number): void {
    const down = () => ({ kind: 'unknown', code: 'HTTP_503' }) as const;
    this.onIssue.until(untilMs, down);
    this.onQuery.until(untilMs, down);
    this.onCancel.until(untilMs, down);
  }

  /** A call whose answer was lost is carried out only now. */
  landLate(paymentId: string): void {
    const lost = this.lost.get(paymentId);
    if (lost === undefined) throw new Error(`the core was never asked to issue for ${paymentId}`);
    this.issueOnce(lost);
  }

  refusesToIssue(code = 'QUOTE_EXPIRED'): void {
    this.onIssue.next(() => ({ kind: 'refused', code, message: 'the quote is no longer valid' }), 99);
  }

  /** Answers nothing about one payment until then, whatever the others get. */
  silentFor(paymentId: string, untilMs: number): void {
    this.silent.set(paymentId, untilMs);
  }

  private isSilentFor(paymentId: string): boolean {
    return this.clock.nowMs < (this.silent.get(paymentId) ?? 0);
  }

  /** Refuses one payment, whatever the others get. */
  refusesFor(paymentId: string, code = 'QUOTE_EXPIRED'): void {
    this.refused.set(paymentId, code);
  }

  issue(request: IssueRequest): Promise<IssueResult> {
    this.calls.push({ paymentId: request.paymentId, call: 'issue' });
    this.lost.set(request.paymentId, request);
    if (this.isSilentFor(request.paymentId)) return Promise.resolve({ kind: 'unknown', code: 'TIMEOUT' });
    const code = this.refused.get(request.paymentId);
    return this.onIssue.run(this.clock.nowMs, () =>
      code === undefined ? this.issueOnce(request) : { kind: 'refused', code, message: 'the quote is no longer valid' },
    );
  }

  query(paymentId: string): Promise<PolicyLookup> {
    this.calls.push({ paymentId, call: 'query' });
    if (this.isSilentFor(paymentId)) return Promise.resolve({ kind: 'unknown', code: 'TIMEOUT' });
    return this.onQuery.run(this.clock.nowMs, () => {
      const policy = this.inForce(paymentId);
      return policy === null ? { kind: 'notIssued' } : issued(policy);
    });
  }

  cancel({ paymentId }: { paymentId: string }): Promise<CancelResult> {
    this.calls.push({ paymentId, call: 'cancel' });
    return this.onCancel.run(this.clock.nowMs, () => {
      const policy = this.policies.get(paymentId);
      if (policy !== undefined) policy.cancelled = true;
      return { kind: 'cancelled' };
    });
  }

  private issueOnce(request: IssueRequest): IssueResult {
    const known = this.policies.get(request.paymentId);
    if (known?.cancelled === true) return { kind: 'refused', code: 'POLICY_CANCELLED', message: 'it was cancelled' };
    const policy = known ?? {
      policyNo: `PD${request.paymentId}`,
      issuedAt: this.clock.nowIso,
      request,
      cancelled: false,
    };
    this.policies.set(request.paymentId, policy);
    return issued(policy);
  }
}

const issued = ({ policyNo, issuedAt }: Policy) => ({ kind: 'issued', policyNo, issuedAt }) as const;
