// What every project asks of the package, each in its own surroundings.

/** More bytes than the module has memory for: it traps, as any module out of memory does. */
class Huge extends Uint8Array {
  get length() {
    return 2 ** 32 - 1;
  }
}

/** How many instances of modules were made: what broke off must not be asked again, however well it seems to be. */
let instances = 0;
WebAssembly.Instance = new Proxy(WebAssembly.Instance, {
  construct(made, given) {
    instances += 1;
    return Reflect.construct(made, given);
  },
});

export async function answers(
  { load, verify, ForebillError, ForebillTrap }, bytes, { words, workload, other, within, at }, source, ...deltas
) {
  const estimator = await load(source);
  const book = estimator.openBook(bytes, ...deltas);
  const verified = verify(book);
  // What the caller does with its bytes later is no concern of the book.
  for (const given of [bytes, ...deltas.flat()]) given.fill(0);
  const found = book.search(words, 3);
  const estimated = book.estimate(workload, at);
  const compared = estimator.compare(workload, [{ book, at }], { explain: true });
  const branched = book.branches(workload, other, at);
  const fitting = book.largestCount({ ...workload, items: workload.items.slice(0, 3) }, 0, within, at);
  const line = book.readLine('2x größer d4s v5 westeurope 12h weekdays');
  const refused = thrown(() => book.estimate({ ...workload, items: [{ quantity: '1' }] }, at));
  const { openBook, compare } = await load();
  const before = instances;
  const trapped = thrown(() => openBook(new Huge(8)));
  const replaced = instances - before;
  const comparedAgain = JSON.stringify(compare(workload, [{ book, at: new Date(at) }], { explain: true }));
  const after = book.estimate(JSON.stringify(workload), new Date(at));
  book.close();
  const closed = thrown(() => book.search(words));
  return {
    info: book.info,
    verified,
    found: JSON.stringify(found),
    estimated: JSON.stringify(estimated),
    after: JSON.stringify(after),
    compared: JSON.stringify(compared),
    comparedAgain,
    branched: JSON.stringify(branched),
    fitting: JSON.stringify(fitting),
    line,
    refused: { code: refused.code, path: refused.path, known: refused instanceof ForebillError },
    trapped: {
      code: trapped.code,
      known: trapped instanceof ForebillTrap && trapped instanceof ForebillError,
      real: trapped.cause instanceof WebAssembly.RuntimeError,
    },
    replaced,
    closed: closed.code,
  };
}

function thrown(call) {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
