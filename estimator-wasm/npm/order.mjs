// Puts the functions of a module into an order in which like ones lie together.
//
// gzip looks back 32 KB and no further: of the same code for forty types it sees what lies near. The order changes nothing
// else; a call costs the same wherever a function lies.

/** Numbers that stand for a function: of all runs of bytes in it, the least under each of so many hashes. */
const HASHES = 128;
/** Bytes of a run. */
const RUN = 5;
/** So many functions back gzip still sees. */
const SEEN = 40;

class Reader {
  constructor(bytes, at = 0) {
    Object.assign(this, { bytes, at });
  }

  number() {
    for (let [value, shift] = [0, 0]; ; shift += 7) {
      const byte = this.bytes[this.at];
      this.at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }

  skip(count) {
    this.at += count;
  }

  limits() {
    const bounded = this.number() & 1;
    this.number();
    if (bounded) this.number();
  }
}

/** How many functions are imported, and the bytes of the others. */
function functions(module) {
  let imported = 0;
  const bodies = [];
  for (const reader = new Reader(module, 8); reader.at < module.length;) {
    const section = reader.number();
    const length = reader.number();
    const end = reader.at + length;
    if (section === 2) {
      for (let left = reader.number(); left > 0; left -= 1) {
        reader.skip(reader.number());
        reader.skip(reader.number());
        const kind = reader.number();
        if (kind === 0) {
          imported += 1;
          reader.number();
        } else if (kind === 1) {
          reader.skip(1);
          reader.limits();
        } else if (kind === 2) {
          reader.limits();
        } else {
          reader.skip(2);
        }
      }
    } else if (section === 10) {
      for (let left = reader.number(); left > 0; left -= 1) {
        const size = reader.number();
        bodies.push(module.subarray(reader.at, reader.at + size));
        reader.skip(size);
      }
    }
    reader.at = end;
  }
  return { imported, bodies };
}

function sketch(body) {
  const least = new Uint32Array(HASHES).fill(0xffffffff);
  for (let at = 0; at === 0 || at + RUN <= body.length; at += 1) {
    let run = 0x811c9dc5;
    for (const byte of body.subarray(at, at + RUN)) run = Math.imul(run ^ byte, 0x01000193);
    for (let which = 0; which < HASHES; which += 1) {
      let hash = Math.imul(run ^ Math.imul(which, 0x9e3779b1), 0x85ebca6b);
      hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35) >>> 0;
      if (hash < least[which]) least[which] = hash;
    }
  }
  return least;
}

function likeness(one, other) {
  let same = 0;
  for (let which = 0; which < HASHES; which += 1) same += one[which] === other[which] ? 1 : 0;
  return same;
}

/** Behind each function the one that is most like one of those before it; of equally like ones the one of its size. */
function chain(bodies) {
  const sketches = bodies.map(sketch);
  const left = new Set(bodies.keys());
  const seen = bodies.map(() => new Uint8Array(SEEN));
  const order = [];
  let next = bodies.reduce((most, body, at) => (body.length > bodies[most].length ? at : most), 0);
  while (next !== undefined) {
    const last = next;
    left.delete(last);
    next = undefined;
    let best;
    for (const at of left) {
      seen[at][order.length % SEEN] = likeness(sketches[last], sketches[at]);
      const likest = seen[at].reduce((most, like) => Math.max(most, like), 0);
      const fit = likest * 1e7 - Math.abs(bodies[at].length - bodies[last].length);
      if (next === undefined || fit > best) [next, best] = [at, fit];
    }
    order.push(last);
  }
  return order;
}

function written(number) {
  const low = number & 0x7f;
  return number < 0x80 ? [low] : [low | 0x80, ...written(number >>> 7)];
}

const counted = (bytes) => [...written(bytes.length), ...bytes];

/** The module with a name for each function: sorted by name they are in order. */
export function namedInOrder(module) {
  const { imported, bodies } = functions(module);
  const names = Array.from({ length: imported }, (_, at) => [at, `i${String(at).padStart(6, '0')}`]);
  chain(bodies).forEach((at, rank) => names.push([imported + at, `o${String(rank).padStart(6, '0')}`]));
  names.sort(([one], [other]) => one - other);
  const map = [...written(names.length), ...names.flatMap(([at, name]) => [...written(at), ...counted(Buffer.from(name))])];
  const section = [...counted(Buffer.from('name')), 1, ...counted(map)];
  return Buffer.concat([module, Buffer.from([0, ...counted(section)])]);
}
