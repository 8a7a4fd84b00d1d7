// The server's clock, which a test may put on: a request says by how many seconds in its header x-clock-offset.
const RealDate = Date;
let offset = 0;

class ShiftedDate extends RealDate {
  constructor(...given) {
    if (given.length) super(...given);
    else super(RealDate.now() + offset);
  }
  static now() { return RealDate.now() + offset; }
}
globalThis.Date = ShiftedDate;

module.exports.clock = (request, response, next) => {
  const said = Number(request.headers['x-clock-offset']);
  if (Number.isFinite(said) && said * 1000 > offset) offset = said * 1000;
  next();
};
