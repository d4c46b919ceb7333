/**
 * Addresses: which ones an origin, or what else the configuration has asked, may have. The URL
 * standard has read the host before: 127.1, 0x7f000001 and 2130706433 are 127.0.0.1 by then. Where
 * a name leads is known to who resolves it only. Pure.
 */

/** Names of this machine and of private networks, without what stands before them. */
const PRIVATE_NAMES = ['localhost', 'ip6-localhost', 'ip6-loopback', 'localdomain', 'local', 'internal', 'home.arpa'];

/** @typedef {'private' | 'never'} Kind `never`: nothing that could be an origin */

/** First bits of IPv4 addresses, IANA's special-purpose registry. @type {Array<[string, number, Kind]>} */
const IPV4 = [
  ['0.0.0.0', 8, 'never'],
  ['10.0.0.0', 8, 'private'],
  ['100.64.0.0', 10, 'private'], // carriers' NAT
  ['127.0.0.0', 8, 'private'],
  ['169.254.0.0', 16, 'never'], // link-local: metadata services
  ['172.16.0.0', 12, 'private'],
  ['192.0.0.0', 24, 'never'],
  ['192.168.0.0', 16, 'private'],
  ['198.18.0.0', 15, 'private'], // benchmarks
  ['224.0.0.0', 3, 'never'], // multicast and above
];

/**
 * Nobody asks this machine or its network by mistake.
 * @param {string} text a URL of the configuration
 * @param {{ where: string, field: string, allow_private?: any }} of what holds it, and its name there
 */
export function checkUrl(text, { where, field, allow_private: allowed = false }) {
  /** @param {string} what @returns {never} */
  const refuse = (what, at = field) => {
    throw new TypeError(`configuration: ${where}.${at}: ${what}`);
  };
  if (typeof allowed !== 'boolean') refuse('true or false', 'allow_private');
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || /[?#@\\]/.test(text)) {
    return refuse('a URL such as https://images.example/folder');
  }
  const kind = kindOfHost(url.hostname);
  if (kind === 'never') refuse(`${url.hostname} is a link-local, multicast or reserved address`);
  if (kind === 'private' && !allowed) {
    refuse(`${url.hostname} is a private address: allow_private = true, if that is meant`);
  }
}

/**
 * @param {string} host `hostname` of a URL
 * @returns {Kind | 'public'} a name is public where it does not say otherwise
 */
function kindOfHost(host) {
  if (host.startsWith('[')) return kindOfIpv6(groupsOf(host.slice(1, -1)));
  if (/^\d+(\.\d+){3}$/.test(host)) return kindOfIpv4(numberOf(host));
  const name = `.${host.replace(/\.$/, '')}`;
  return PRIVATE_NAMES.some((ending) => name.endsWith(`.${ending}`)) ? 'private' : 'public';
}

/** @param {number} address */
function kindOfIpv4(address) {
  const found = IPV4.find(([first, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(address / size) === Math.floor(numberOf(first) / size);
  });
  return found ? found[2] : 'public';
}

/**
 * What holds an IPv4 address is of that one's kind; of all else only global unicast is public.
 * @param {number[]} g groups of 16 bits
 * @returns {Kind | 'public'}
 */
function kindOfIpv6(g) {
  const isZero = (/** @type {number} */ from, /** @type {number} */ to) =>
    g.slice(from, to).every((group) => group === 0);
  const last = g[6] * 65536 + g[7];
  if (isZero(0, 7) && g[7] === 1) return 'private'; // ::1
  if (isZero(0, 6)) return kindOfIpv4(last); // v4-compatible, and ::
  if (isZero(0, 5) && g[5] === 0xffff) return kindOfIpv4(last); // v4-mapped
  if (isZero(0, 4) && g[4] === 0xffff && g[5] === 0) return kindOfIpv4(last); // RFC 2765
  if (g[0] === 0x64 && g[1] === 0xff9b && isZero(2, 6)) return kindOfIpv4(last); // NAT64
  if (g[0] === 0x64 && g[1] === 0xff9b && g[2] === 1) return 'private'; // a network's own NAT64
  if (g[0] === 0x2002) return kindOfIpv4(g[1] * 65536 + g[2]); // 6to4
  if (g[0] === 0x2001 && g[1] < 0x200) return 'never'; // Teredo and others for protocols
  if (g[0] >= 0xfc00 && g[0] <= 0xfdff) return 'private'; // unique local
  if ((g[4] & 0xfdff) === 0 && g[5] === 0x5efe) return kindOfIpv4(last); // ISATAP
  return g[0] >> 13 === 1 ? 'public' : 'never';
}

/** @param {string} dotted */
function numberOf(dotted) {
  return dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** @param {string} text as the URL standard writes it: no dots, at most one `::` */
function groupsOf(text) {
  const [head, tail] = text.split('::').map((part) => (part ? part.split(':') : []));
  const zeros = tail ? 8 - head.length - tail.length : 0;
  return [...head, ...Array(zeros).fill('0'), ...(tail ?? [])].map((group) => parseInt(group, 16));
}
