// WooCommerce's own JavaScript client against a served sandbox. One JSON object in, one out; the test reads the answers.
import module from '@woocommerce/woocommerce-rest-api';

const given = JSON.parse(process.argv[2]);
const WooCommerceRestApi = module.default ?? module;
const client = (more = {}) => new WooCommerceRestApi({
  url: given.url, consumerKey: given.consumer_key, consumerSecret: given.consumer_secret, version: 'wc/v3', ...more,
});

const api = client();
const made = await api.post('orders', {
  set_paid: true, created_via: 'cd-1', billing: { first_name: 'Zoë', email: 'zoe@buyer.example' },
  line_items: [{ product_id: given.product, quantity: 2 }],
});
// The client repeats plain parameters beside the signed ones.
const found = await api.get('orders', { created_via: 'cd-1', after: '2020-01-01T00:00:00', status: ['processing'] });
const changed = await api.put(`orders/${made.data.id}`, { status: 'completed' });
const listed = await api.get('products', { per_page: 1, orderby: 'id', order: 'asc' });
const gone = await api.delete(`orders/${made.data.id}`, { force: true });
const refused = async (act) => {
  try {
    await act();
    return '';
  } catch (error) {
    return `${error.response.status} ${error.response.data.code}`;
  }
};

console.log(JSON.stringify({
  made: [made.status, made.data.total, made.data.billing.first_name],
  found: found.data.map((one) => one.id === made.data.id),
  changed: changed.data.status,
  listed: [listed.headers['x-wp-total'], listed.data.length],
  gone: gone.data.id === made.data.id,
  unknown: await refused(() => api.get('orders/999999')),
  stranger: await refused(() => client({ consumerSecret: 'cs_wrong' }).get('orders')),
  duplicate: await refused(() => api.post('products', { name: 'x', sku: given.sku })),
}));
