// A Vendure server for tests: as it comes, without plugins; its database lives in this process and ends with it.
// It listens on loopback at STORE_PORT and says READY.
process.env.VENDURE_DISABLE_TELEMETRY = 'true';
process.stdin.resume().on('end', () => process.exit(0)); // who started it is gone
const { clock } = require('./clock');
const { bootstrap, DefaultLogger, LanguageCode, LogLevel, dummyPaymentHandler, manualFulfillmentHandler } = require('@vendure/core');
const { populate } = require('@vendure/core/cli');

const config = {
  apiOptions: {
    port: Number(process.env.STORE_PORT), hostname: '127.0.0.1', adminApiPath: 'admin-api', shopApiPath: 'shop-api',
    middleware: [{ handler: clock, route: '/', beforeListen: true }],
  },
  authOptions: {
    tokenMethod: ['bearer', 'cookie', 'api-key'],
    superadminCredentials: { identifier: 'superadmin', password: 'superadmin' },
    requireVerification: false, cookieOptions: { secret: 'test' },
  },
  dbConnectionOptions: { type: 'sqljs', synchronize: true, logging: false },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  shippingOptions: { fulfillmentHandlers: [manualFulfillmentHandler] },
  logger: new DefaultLogger({ level: process.env.STORE_LOG ? LogLevel.Debug : LogLevel.Error }),
  plugins: [],
};

const settings = {
  defaultLanguage: LanguageCode.en, defaultZone: 'Anywhere',
  countries: [
    { name: 'United States', code: 'US', zone: 'Anywhere' },
    { name: 'United Kingdom', code: 'GB', zone: 'Anywhere' },
    { name: 'Germany', code: 'DE', zone: 'Anywhere' },
    { name: 'Sweden', code: 'SE', zone: 'Anywhere' },
  ],
  taxRates: [{ name: 'Standard Tax', percentage: 20 }],
  shippingMethods: [{ name: 'Standard Shipping', price: 500 }],
  paymentMethods: [{ name: 'Dummy Payment', handler: {
    code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: 'true' }] } }],
  collections: [],
};

populate(() => bootstrap(config), settings)
  .then(() => console.log('READY'))
  .catch(error => { console.error(error); process.exit(1); });
