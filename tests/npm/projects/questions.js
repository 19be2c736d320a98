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

export async function answers({ load, ForebillError, ForebillTrap }, bytes, { words, workload, at }, source) {
  const book = (await load(source)).openBook(bytes);
  // What the caller does with its bytes later is no concern of the book.
  bytes.fill(0);
  const found = book.search(words, 3);
  const estimated = book.estimate(workload, at);
  const refused = thrown(() => book.estimate({ ...workload, items: [{ quantity: '1' }] }, at));
  const { openBook } = await load();
  const before = instances;
  const trapped = thrown(() => openBook(new Huge(8)));
  const replaced = instances - before;
  const after = book.estimate(JSON.stringify(workload), new Date(at));
  book.close();
  const closed = thrown(() => book.search(words));
  return {
    info: book.info,
    found: JSON.stringify(found),
    estimated: JSON.stringify(estimated),
    after: JSON.stringify(after),
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
