// What people type, letter by letter.

const QUERIES = [
  'd4s v5 westeurope', 'hot lrs data stored', 'data transfer out zone 1', 'sql database vcore', 'premium ssd p30',
  'kubernetes uptime', 'b2ms', 'e16s v3 windows', 'functions execution time', 'redis cache c1', 'cosmos db ru',
  'standard_d8s_v3', 'egress', 'ec2 m5', 's3 archive', 'app service p1v3', 'load balancer rules', 'vpn gateway vpngw1',
  'log analytics data ingestion', 'spot f8s v2 uswest2', 'nc24 eastus', 'backup protected instance', 'lambda',
  'cool grs write operations', 'event hubs throughput', 'mysql flexible server d4ds', 'us gov virginia d2 v3',
  'expressroute 1 gbps', 'key vault operations', 'm128s 3 years',
];

/** Every beginning of every query, blanks at the end left out: nobody waits for those. */
export const keystrokes = QUERIES.flatMap((query) =>
  Array.from(query, (_, at) => query.slice(0, at + 1)).filter((text) => !text.endsWith(' ')));
