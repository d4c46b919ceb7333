/*
 * thimble's CloudFront Function, for the viewer request: all spellings of the same image become one
 * query string, so that CloudFront keeps it once. The canonical text is th_canon's (src/canon.c), with
 * two differences: f=auto stays, and Accept becomes one of two values instead, so that the cache key
 * may hold that header; and beside p or a signature, values stay as they were given. A query thimble
 * refuses is left alone: thimble says why.
 *
 * Plain ES5: the language of cloudfront-js-2.0. OPTIONS is what th_describe says, put in by
 * scripts/lib/cloudfront-function.mjs.
 */
var OPTIONS = {};

var DEFAULT_QUERY = 'q=80';
var ACCEPT_BYTES_MAX = 2048;
var VALUE_BYTES_MAX = 256;

function handler(event) {
  var request = event.request;
  var given = read(request.rawQueryString() || '');
  if (given === null) return request;
  var negotiates = given.p !== undefined || given.f === 'auto';
  var webp = negotiates && listsWebp(acceptOf(request.headers));
  request.headers.accept = { value: webp ? 'image/webp' : '*/*' };
  request.querystring = asGiven(given) ? textOf(given, given) : canonical(given);
  return request;
}

/* ---- reading ---- */

/* The recognised options by name, decoded; null when thimble would refuse one of them. */
function read(query) {
  var given = {};
  var pairs = query.split('&');
  for (var i = 0; i < pairs.length; i++) {
    var equals = pairs[i].indexOf('=');
    var name = nameOf(decode(equals < 0 ? pairs[i] : pairs[i].slice(0, equals)));
    if (name === null) continue;
    var value = equals < 0 ? null : decode(pairs[i].slice(equals + 1));
    if (given[name] !== undefined || value === null) return null;
    if (normal(OPTIONS[name], value) === null) return null;
    given[name] = value;
  }
  return given;
}

/* The option of that name or alias, or null. */
function nameOf(word) {
  for (var name in OPTIONS) {
    if (word === name || OPTIONS[name].aliases.indexOf(word) >= 0) return name;
  }
  return null;
}

/* Printable ASCII or null, as in src/query.c. */
function decode(text) {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  var plain = text.replace(/\+/g, ' ').replace(/%(..)/g, function (_, hex) {
    return String.fromCharCode(parseInt(hex, 16));
  });
  return /^[ -~]*$/.test(plain) && plain.length <= VALUE_BYTES_MAX ? plain : null;
}

/* ---- values ---- */

/* The one spelling of a value, or null for a wrong one. */
function normal(option, value) {
  switch (option.type) {
    case 'integer':
    case 'flag':
      return /^(0|[1-9]\d*)$/.test(value) ? within(option, value) : null;
    case 'number':
      return /^(0|[1-9]\d*)(\.\d{1,3})?$/.test(value) ? within(option, value) : null;
    case 'word':
      return word(option, value);
    case 'point':
      return point(option, value);
    case 'color':
      return colour(value);
    default:
      return value === '' ? null : value;
  }
}

function within(option, value) {
  var number = Number(value);
  return number >= option.min && number <= option.max ? String(number) : null;
}

function word(option, value) {
  if (option.same && Object.keys(option.same).indexOf(value) >= 0) return option.same[value];
  return option.values.indexOf(value) >= 0 ? value : null;
}

/* A compass point or fractions; where both mean the same place, the word. */
function point(option, value) {
  if (option.values.indexOf(value) >= 0) return value;
  var part = /^((?:0|[1-9]\d*)(?:\.\d{1,4})?)x((?:0|[1-9]\d*)(?:\.\d{1,4})?)$/.exec(value);
  if (!part || Number(part[1]) > 1 || Number(part[2]) > 1) return null;
  var x = Number(part[1]);
  var y = Number(part[2]);
  var atEdge = (x === 0 || x === 0.5 || x === 1) && (y === 0 || y === 0.5 || y === 1);
  if (!atEdge) return fraction(x) + 'x' + fraction(y);
  return (['n', '', 's'][y * 2] + ['w', '', 'e'][x * 2]) || 'center';
}

/* Four decimals at most; String() would write the smallest ones with an exponent. */
function fraction(number) {
  return number.toFixed(4).replace(/\.?0+$/, '');
}

function colour(value) {
  if (!/^([0-9a-fA-F]{3}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/.test(value)) return null;
  var hex = value.toLowerCase();
  if (hex.length === 3) hex = hex.replace(/./g, '$&$&');
  return hex.length === 8 && hex.slice(6) === 'ff' ? hex.slice(0, 6) : hex;
}

/* ---- writing ---- */

/* A preset may say anything, and a signature is over the very words. */
function asGiven(given) {
  return given.p !== undefined || given.sig !== undefined || given.exp !== undefined;
}

function canonical(given) {
  var kept = {};
  for (var name in given) {
    var value = normal(OPTIONS[name], given[name]);
    if (value !== OPTIONS[name].standard) kept[name] = value;
  }
  return textOf(kept, given) || (Object.keys(given).length > 0 ? DEFAULT_QUERY : '');
}

/* Sorted; without what changes nothing beside the others. */
function textOf(kept, given) {
  var all = asGiven(given);
  return Object.keys(kept)
    .sort()
    .filter(function (name) {
      return all || matters(name, kept, given);
    })
    .map(function (name) {
      return name + '=' + encodeURIComponent(kept[name]);
    })
    .join('&');
}

/* As in src/canon.c: these say how w and h are meant. */
function matters(name, kept, given) {
  if (['fit', 'g', 'dpr', 'up'].indexOf(name) < 0) return true;
  if (given.w === undefined && given.h === undefined) return false;
  var standard = given.w !== undefined && given.h !== undefined ? 'cover' : 'inside';
  if (name === 'fit') return kept.fit !== standard;
  var fit = given.fit || standard;
  return name !== 'g' || fit === 'cover' || fit === 'contain';
}

/* ---- Accept, as in src/accept.c ---- */

function acceptOf(headers) {
  var accept = headers.accept;
  if (!accept) return '';
  if (!accept.multiValue) return accept.value;
  return accept.multiValue
    .map(function (each) {
      return each.value;
    })
    .join(', ');
}

function listsWebp(accept) {
  if (accept.length > ACCEPT_BYTES_MAX) return false;
  return cut(accept, ',').some(function (element) {
    var parameters = cut(element, ';');
    if (parameters.shift().toLowerCase() !== 'image/webp') return false;
    for (var i = 0; i < parameters.length; i++) {
      var halves = cut(parameters[i], '=');
      if (halves[0].toLowerCase() === 'q') return isPositive(halves.slice(1).join('='));
    }
    return true;
  });
}

/* The pieces between marks, trimmed; a mark inside a quoted string is none. */
function cut(text, mark) {
  var pieces = [''];
  var quoted = false;
  for (var i = 0; i < text.length; i++) {
    var c = text.charAt(i);
    if (c === mark && !quoted) {
      pieces.push('');
      continue;
    }
    if (c === '"') quoted = !quoted;
    if (quoted && c === '\\') c += text.charAt(++i);
    pieces[pieces.length - 1] += c;
  }
  return pieces.map(function (piece) {
    return piece.replace(/^[ \t]+|[ \t]+$/g, '');
  });
}

function isPositive(weight) {
  if (!/^((0|[1-9]\d*)(\.\d{1,3})?|\d\.)$/.test(weight)) return false;
  return Number(weight) > 0 && Number(weight) <= 1;
}
