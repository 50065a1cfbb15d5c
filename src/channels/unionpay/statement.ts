import { inflate } from 'node:zlib';
import { promisify } from 'node:util';
import { conclusionOf, ownCodes, statementLimits } from '../channel.js';
import type { Statements } from '../channel.js';
import type { Clock } from '../protocol.js';
import { toBeijingTime } from './beijingTime.js';
import { unionpayCodes } from './codes.js';
import { callGateway } from './gateway.js';
import type { UnionpaySettings } from './settings.js';
import { fileAnswer } from './wire.js';

/** The settlement file of a day (5.1.0, 文件传输类交易): a ZIP, deflated and in base64 inside a signed answer. */
export function unionpayStatements(settings: UnionpaySettings, clock: Clock): Statements {
  return {
    async fetchStatement(day) {
      const kind = { txnType: '76', txnSubType: '01', bizType: '000000', fileType: '00' };
      const txnTime = toBeijingTime(clock.now().toISOString());
      const fields = { ...kind, txnTime, settleDate: day.slice(5).replace('-', '') };
      const reply = await callGateway(settings, clock, { url: settings.fileUrl, fields, ...statementLimits });
      if (reply.kind === 'unknown') return { kind: 'unknown', code: reply.code };
      if (reply.kind === 'answered') {
        return { kind: conclusionOf(unionpayCodes.fetchStatement, reply.code) ?? 'unknown', code: reply.code };
      }
      const file = fileAnswer.safeParse(reply.fields);
      if (!file.success) return { kind: 'unknown', code: ownCodes.malformed };
      const { merId, fileName: name, fileContent } = file.data;
      if (merId !== settings.merId) return { kind: 'unknown', code: ownCodes.otherOrder };
      if (!/^[\w.-]{1,128}$/.test(name) || name.startsWith('.'))
        return { kind: 'unknown', code: ownCodes.statementName };
      try {
        const maxOutputLength = statementLimits.bytesMax;
        const bytes = await promisify(inflate)(Buffer.from(fileContent, 'base64'), { maxOutputLength });
        return { kind: 'ready', file: { name, bytes } };
      } catch {
        return { kind: 'unknown', code: ownCodes.statementUnreadable };
      }
    },
  };
}
