import { z } from 'zod';
import { FaultList } from '../shared/faultList.js';

/** Every misbehaviour the core can be asked for; `sim/README.md` says what each does. */
export const coreFault = z.strictObject({
  fault: z.enum(['refuse', 'hang', 'down', 'slow', 'failBeforeEffect', 'failAfterEffect', 'conflictingAnswer']),
  paymentId: z.string().min(1).optional(),
  prefix: z.string().min(1).optional(),
  operation: z.enum(['issue', 'query', 'cancel']).optional(),
  times: z.int().min(0).default(1),
  delayMs: z.int().min(0).optional(),
  drop: z.boolean().optional(),
  code: z.string().min(1).optional(),
  message: z.string().min(1).optional(),
});

type CoreFault = z.infer<typeof coreFault>;

export type Occasion = { readonly paymentId: string; readonly operation: 'issue' | 'query' | 'cancel' };

export type CoreFaults = FaultList<CoreFault, Occasion>;

export const createFaults = (): CoreFaults => new FaultList(concerns);

function concerns(fault: CoreFault, occasion: Occasion): boolean {
  return (
    (fault.paymentId === undefined || fault.paymentId === occasion.paymentId) &&
    (fault.prefix === undefined || occasion.paymentId.startsWith(fault.prefix)) &&
    (fault.operation === undefined || fault.operation === occasion.operation)
  );
}
