import { z } from 'zod';

export const channelList = z
  .object({
    channels: z.array(
      z.object({
        channel: z.string().meta({ examples: ['wechatpay'] }),
        inOffer: z.boolean().meta({ description: 'Whether new charges are made; open ones run on either way.' }),
        merchantId: z.string().meta({ description: 'The merchant that is paid.' }),
        products: z.array(
          z.object({
            product: z.string().meta({ examples: ['jsapi'] }),
            needs: z.array(z.string()).meta({
              description: 'What a payment by it must say beside its amount.',
              examples: [['payer.openid']],
            }),
          }),
        ),
      }),
    ),
    payees: z
      .array(
        z.object({
          payee: z.string().meta({ examples: ['life'] }),
          entity: z.string().meta({ description: 'The legal entity whose accounts are paid.' }),
          owner: z.string().meta({ description: 'Who answers for them.' }),
          accounts: z.array(z.object({ method: z.string(), channel: z.string() })),
        }),
      )
      .meta({ description: 'Entities with accounts of their own.' }),
  })
  .meta({ id: 'ChannelList' });
