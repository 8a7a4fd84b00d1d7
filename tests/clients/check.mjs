// Shopify's JavaScript library against a served sandbox. One JSON object in, one out; the test reads the answers.
// The library insists on https and on real shop names, so its fetch is pointed at the sandbox; nothing else is changed.
import '@shopify/shopify-api/adapters/web-api';
import { Session, shopifyApi } from '@shopify/shopify-api';
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime';

const given = JSON.parse(process.argv[2]);
const local = (url) =>
  String(url).replace(/^https:\/\/([a-z0-9-]+)\.myshopify\.com/, (_, shop) => `${given.url}/shopify/${shop}`);
setAbstractFetchFunc((url, init) => fetch(local(url), init));

const shopify = shopifyApi({
  apiKey: given.client_id,
  apiSecretKey: given.client_secret,
  scopes: ['write_orders'],
  hostName: 'hub.example',
  hostScheme: 'https',
  apiVersion: '2026-07',
  isEmbeddedApp: false,
  logger: { log: () => {} },
});
const agent = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' };

async function grant() {
  const begun = await shopify.auth.begin({
    shop: given.domain,
    callbackPath: '/back',
    isOnline: false,
    rawRequest: new Request('https://hub.example/begin', { headers: agent }),
  });
  const cookies = begun.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  const answer = await fetch(local(begun.headers.get('Location')), { redirect: 'manual' });
  const back = answer.headers.get('Location');
  const valid = await shopify.utils.validateHmac(Object.fromEntries(new URL(back).searchParams));
  const { session } = await shopify.auth.callback({
    rawRequest: new Request(back, { headers: { ...agent, Cookie: cookies } }),
    expiring: true,
  });
  return { valid, session };
}

const { valid, session } = await grant();
const fresh = await shopify.auth.refreshToken({ shop: given.domain, refreshToken: session.refreshToken });
const client = new shopify.clients.Graphql({ session: fresh.session });
const shop = await client.request('{ shop { name myshopifyDomain } }');
const create = `mutation Create($order: OrderCreateOrderInput!) {
  orderCreate(order: $order) { order { id name totalPriceSet { shopMoney { amount } } } userErrors { message } } }`;
const made = await client.request(create, { variables: { order: {
  lineItems: [{ title: 'Bowl', quantity: 2, priceSet: { shopMoney: { amount: '4.50', currencyCode: 'USD' } } }] } } });
const subscribe = `mutation($uri: String!) { webhookSubscriptionCreate(topic: ORDERS_UPDATED,
  webhookSubscription: {uri: $uri}) { userErrors { message } } }`;
await client.request(subscribe, { variables: { uri: given.listener } });
let refused = '';
try {
  const stranger = new Session({ id: 'x', shop: given.domain, state: '', isOnline: false, accessToken: 'no' });
  await new shopify.clients.Graphql({ session: stranger }).request('{ shop { name } }');
} catch (error) {
  refused = error.constructor.name;
}
let undefinedField = '';
try {
  await client.request('{ shop { colour } }');
} catch (error) {
  undefinedField = error.body.errors.graphQLErrors[0].extensions.code;
}

const deliveries = [];
for (const one of given.deliveries) {
  const ask = (body) => shopify.webhooks.validate({
    rawBody: body,
    rawRequest: new Request('https://hub.example/hook', { method: 'POST', headers: one.headers, body }),
  });
  deliveries.push([await ask(one.body), await ask(one.body.replace('}', ' }'))]);
}
console.log(JSON.stringify({
  valid,
  scope: session.scope,
  expires: Boolean(session.expires),
  shop: shop.data.shop,
  created: made.data.orderCreate,
  cost: made.extensions.cost,
  refused,
  undefinedField,
  deliveries,
}));
