import { z } from 'zod';

/** RFC 9457. Further members depend on the type. */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({ examples: ['/problems/validation'] }),
    title: z.string().meta({ examples: ['The request does not say what it must'] }),
    status: z.int().meta({ examples: [422] }),
    detail: z.string().optional(),
    instance: z.string().optional().meta({ description: 'Id of the request, as in the logs.' }),
    errors: z
      .array(
        z.object({
          pointer: z
            .string()
            .meta({ description: 'JSON pointer (RFC 6901) to the wrong value.', examples: ['/amountFen'] }),
          in: z.enum(['body', 'query']),
          detail: z.string().meta({ examples: ['must be at least 1 fen'] }),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });
