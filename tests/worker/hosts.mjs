// hosts.mjs - hosts an origin's URL may name, by what they are: for the service in JavaScript and
// in C. What slipped through others' lists is here: carriers' NAT, IPv4 within IPv6.

/** An IPv4 address within IPv6, in every way there is. */
const within = (dotted) => {
  const [a, b, c, d] = dotted.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  const groups = `${a}${b}:${c}${d}`;
  return [
    `[::${groups}]`, // compatible
    `[::${dotted}]`,
    `[::ffff:${groups}]`, // mapped
    `[::ffff:${dotted}]`,
    `[0:0:0:0:0:FFFF:${groups}]`,
    `[::ffff:0:${groups}]`, // translated
    `[64:ff9b::${groups}]`, // NAT64
    `[64:ff9b::${dotted}]`,
    `[2002:${groups}::1]`, // 6to4
    `[2001:db9::5efe:${groups}]`, // ISATAP
    `[2001:db9::200:5efe:${groups}]`,
  ];
};

/** @type {Record<'public' | 'private' | 'never' | 'wrong', string[]>} */
export const HOSTS = {
  public: [
    'images.example',
    'IMAGES.example.',
    'xn--bcher-kva.example',
    'localhost.example',
    'notlocalhost',
    'minio',
    '1.example',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '[2600::1]',
    '[2001:4860:4860::8888]',
    '[2a00:1450::10:0:0:1]',
    ...within('8.8.8.8'),
  ],
  private: [
    'localhost',
    'LocalHost',
    'localhost.',
    'a.localhost',
    'localhost.localdomain',
    'ip6-localhost',
    'metadata.google.internal',
    'printer.local',
    'nas.home.arpa',
    '127.0.0.1',
    '127.255.255.254',
    '127.0.0.1.',
    '10.0.0.0',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '198.18.0.1',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[fc00::1]',
    '[fd00:ec2::254]', // a metadata service too
    '[fdff:ffff::]',
    '[64:ff9b:1::8.8.8.8]',
    ...within('127.0.0.1'),
    ...within('10.1.2.3'),
    ...within('100.64.0.1'),
    ...within('192.168.0.1'),
  ],
  never: [
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '192.0.0.192',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '[::]',
    '[fe80::1]',
    '[febf::1]',
    '[fec0::1]',
    '[ff02::1]',
    '[100::1]',
    '[4000::1]',
    '[2001::1]', // Teredo
    '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
    '[2001:20::1]',
    ...within('169.254.169.254'),
    ...within('224.0.0.1'),
  ],
  wrong: ['[::1', '[1::2::3]', '[1:2:3:4:5:6:7]', '[1:2:3:4:5:6:7:8:9]', '[::1%25eth0]', '[]', '[12345::]', 'a b', '1.2.3.256', '1.2.3.4.5'],
};

/** Spellings that the URL standard reads as 127.0.0.1, 10.0.0.1 or 169.254.169.254. */
export const SPELLINGS = [
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '127.1',
  '127.0.1',
  '0177.0.0.1',
  '0177.0.0.01',
  '017700000001',
  '0x7f.0x0.0x0.0x1',
  '127.0.0.0x1',
  '10.1',
  '012.0.0.1',
  '167772161',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '169.254.43518',
  '%31%32%37.0.0.1',
  '１２７.0.0.1',
  '127。0。0。1',
];
