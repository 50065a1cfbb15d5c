import type { Order } from './orders.js';
import { isPaid, paidTogether } from './orders.js';
import { fenToYuan } from './yuan.js';

/** The page a payer sees, on a phone or a desktop. Its button does what a test does: it asks the control API to pay. */
export function cashierHtml(order: Order): string {
  const button = isPaid(order.trade) ? '<p>已支付</p>' : '<button id="pay">确认付款</button>';
  const orders = paidTogether(order);
  const totalFen = orders.reduce((sumFen, each) => sumFen + each.totalFen, 0);
  const subjects = orders.map(({ subject, totalFen: fen }) =>
    orders.length === 1 ? subject : `${subject} ¥${fenToYuan(fen)}`,
  );
  return page(`${subjects.map((subject) => `<p>${escapeHtml(subject)}</p>`).join('')}
    <h1>¥${fenToYuan(totalFen)}</h1>
    <p><small>${escapeHtml(order.combination?.combineNo ?? order.outTradeNo)}</small></p>
    ${button}<p id="result"></p>
    <script>
      document.getElementById('pay')?.addEventListener('click', async () => {
        const answer = await fetch('/control/orders/${encodeURIComponent(order.outTradeNo)}/pay', { method: 'POST' });
        const said = await answer.json();
        document.getElementById('result').textContent = answer.ok ? '支付成功' : said.message;
        if (said.returnUrl) location.href = said.returnUrl;
      });
    </script>`);
}

export function refusalHtml(reason: string): string {
  return page(`<h1>无法付款</h1><p>${escapeHtml(reason)}</p>`);
}

function page(content: string): string {
  return `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Simulated cashier</title>
    <style>
      main { max-width: 22rem; margin: 3rem auto; font-family: sans-serif; text-align: center; }
      button { width: 100%; padding: 0.8rem; border: 0; border-radius: 0.4rem; background: #1677ff; color: #fff; font-size: 1.1rem; }
    </style>
  </head>
  <body>
    <main>
    ${content}
    <p><small>Simulator: no real money moves.</small></p>
    </main>
  </body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
