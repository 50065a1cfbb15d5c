import { Router, text } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { cancelRequest, issueRequest, paymentId } from './contract.js';
import type { CoreFaults, Occasion } from './faults.js';
import type { IssueResult, Policy, PolicyBook } from './policyBook.js';
import { befallenAfter, befallenBefore } from './trouble.js';
import { whyNotGenuine } from './webhook.js';

export type Core = {
  readonly secret: string;
  readonly now: () => Date;
  readonly book: PolicyBook;
  readonly faults: CoreFaults;
};

/** The core's three operations. Every request is signed, one without a body over the empty text. */
export function policyRoutes(core: Core): Router {
  const { book, faults } = core;
  const router = Router();
  router.use('/policies', text({ type: () => true, limit: '64kb' }), genuineOnly(core));

  router.post('/policies', async (req, res) => {
    const request = issueRequest.parse(parsedBody(req));
    const occasion: Occasion = { paymentId: request.paymentId, operation: 'issue' };
    book.caseOf(request.paymentId).issueCalls += 1;
    if (await befallenBefore(faults, occasion, res)) return;
    refuseWhenAsked(core, occasion);
    const result = book.issue(request, core.now());
    if (befallenAfter(faults, occasion, res)) return;
    answerIssue(core, occasion, { result, res });
  });

  router.get('/policies', async (req, res) => {
    const occasion: Occasion = { paymentId: paymentId.parse(req.query['paymentId']), operation: 'query' };
    book.caseOf(occasion.paymentId).queryCalls += 1;
    if (await befallenBefore(faults, occasion, res)) return;
    const policy = book.inForce(occasion.paymentId);
    if (befallenAfter(faults, occasion, res)) return;
    if (policy === undefined) res.status(404).json({ code: 'NOT_ISSUED', message: 'no policy for this payment' });
    else res.json(policyAnswer(core, occasion, policy));
  });

  router.post('/policies/:policyNo/cancel', async (req, res) => {
    const request = cancelRequest.parse(parsedBody(req));
    const occasion: Occasion = { paymentId: request.paymentId, operation: 'cancel' };
    if (await befallenBefore(faults, occasion, res)) return;
    const policy = book.findByPolicyNo(req.params.policyNo);
    const isTheirs = policy?.request.paymentId === request.paymentId;
    if (policy !== undefined && isTheirs) policy.cancelled = true;
    if (befallenAfter(faults, occasion, res)) return;
    if (policy === undefined) res.status(404).json({ code: 'UNKNOWN_POLICY', message: 'no such policy' });
    else if (!isTheirs) res.status(409).json({ code: 'OTHER_PAYMENT', message: 'the policy is of another payment' });
    else res.json({ policyNo: policy.policyNo, cancelled: true });
  });
  return router;
}

function genuineOnly({ secret, now }: Core): RequestHandler {
  return (req, res, next) => {
    const headers = {
      id: req.get('webhook-id'),
      timestamp: req.get('webhook-timestamp'),
      signature: req.get('webhook-signature'),
    };
    const reason = whyNotGenuine(headers, { body: bodyText(req), secret, now: now() });
    if (reason === undefined) next();
    else res.status(401).json({ code: reason, message: 'the request is not signed as agreed' });
  };
}

/** A definitive refusal is a decision: once made it stays, whatever becomes of the fault that asked for it. */
function refuseWhenAsked({ book, faults }: Core, occasion: Occasion): void {
  const known = book.caseOf(occasion.paymentId);
  if (known.policy !== undefined || known.refusal !== undefined) return;
  const refuse = faults.take('refuse', occasion);
  if (refuse === undefined) return;
  known.refusal = { code: refuse.code ?? 'QUOTE_EXPIRED', message: refuse.message ?? 'the quote has expired' };
}

function answerIssue(core: Core, occasion: Occasion, answer: { result: IssueResult; res: Response }): void {
  const { result, res } = answer;
  switch (result.kind) {
    case 'issued':
      res.status(result.isNew ? 201 : 200).json(policyAnswer(core, occasion, result.policy));
      return;
    case 'refused':
      res.status(422).json(result.refusal);
      return;
    case 'otherContent':
      res.status(409).json({ code: 'OTHER_CONTENT', message: 'this payment was sent before with other content' });
  }
}

function policyAnswer({ faults }: Core, occasion: Occasion, { policyNo, issuedAt }: Policy) {
  const conflicts = faults.take('conflictingAnswer', occasion) !== undefined;
  return { policyNo: conflicts ? `${policyNo}X` : policyNo, issuedAt };
}

function bodyText(req: Request): string {
  return typeof req.body === 'string' ? req.body : '';
}

function parsedBody(req: Request): unknown {
  try {
    return JSON.parse(bodyText(req));
  } catch {
    return undefined; // The schema refuses it with a sentence.
  }
}
