// Was das Programm von Regeln sagt, auf Deutsch: jede Form eines Satzes, mit den Angaben darin, wie sie dastehen. Ein Satz von
// anderer Form bleibt englisch und wird so vorgelesen.

const ID = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';
const AMOUNT = '(-?[\\d.]+(?: [A-Z]{3})?)';

type Form = readonly [form: string, german: (...parts: string[]) => string];

const of = (id: string | undefined): string => (id ? ` von ${id}` : '');
const not = (word: string | undefined): string => (word ? 'nicht ' : '');
const days = (count: string): string => (count === '1' ? '1 Tag' : `${count} Tage`);

/** A level of an anomaly. */
function level(text: string): string {
  return text.replace(/^everything$/, 'alles').replace(/^service /, 'Dienst ').replace(/^resource group /, 'Ressourcengruppe ');
}

function rise(text: string): string {
  return text.replace(/ by (\S+) % from (\S+)$/, ' um $1 % ab $2').replace(/ was free until (\S+)$/, ' war frei bis $1')
    .replace(/ includes (\S+) and no longer (\S+) from (\S+)$/, ' enthält $1 und nicht mehr $2 ab $3');
}

const FORMS: readonly Form[] = [
  [`(spend|hours)(?: of subscription ${ID})?(?: in the (period of|periods that began in) (\\S+))? (?:is|are) (at least )?${AMOUNT}, (not )?above ${AMOUNT}(, and not all of it is known)?`,
    (what = '', id, span, when = '', least, total = '', under, above = '', open) => `${what === 'spend' ? 'Kosten' : 'Stunden'}${of(id)}`
      + `${span ? ` ${span === 'period of' ? 'im Zeitraum ab' : 'in den Zeiträumen, die begannen in'} ${when}` : ''}: ${least ? 'mindestens ' : ''}${total}, ${not(under)}über ${above}${open ? ', und nicht alles ist bekannt' : ''}`],
  [`projected (bill|spend)( at p\\d+)?(?: of subscription ${ID})? is (at least )?${AMOUNT}, (not )?above ${AMOUNT}(?:; (\\d+) days? of it (?:is|are) known)?`,
    (what, at = '', id, least, total = '', under, above = '', known) => `erwartete ${what === 'bill' ? 'Rechnung' : 'Kosten'}${at.replace(' at ', ' bei ')}${of(id)}: ${least ? 'mindestens ' : ''}${total}, `
      + `${not(under)}über ${above}${known ? `; ${days(known)} davon bekannt` : ''}`],
  [`the offer of subscription ${ID} grants no credit`, (id) => `das Angebot${of(id)} gibt kein Guthaben`],
  [`credit of ${AMOUNT} of subscription ${ID} lasts for the period, (\\S+) of it is left`, (granted = '', id, left = '') => `das Guthaben von ${granted}${of(id)} reicht für den Zeitraum, ${left} bleiben`],
  [`credit of ${AMOUNT} of subscription ${ID} (ended|is expected to end) on (\\S+), (not )?before (\\S+)`,
    (granted = '', id, ends, on = '', late, limit = '') => `das Guthaben von ${granted}${of(id)} ${ends === 'ended' ? 'endete' : 'endet voraussichtlich'} am ${on}, ${not(late)}vor dem ${limit}`],
  [`no price that subscription ${ID} pays rose by more than (\\S+) %`, (id = '', percent = '') => `kein Preis, den ${id} zahlt, stieg um mehr als ${percent} %`],
  [`(\\d+) prices? that subscription ${ID} pays rose by more than (\\S+) %: (.*)`,
    (count = '', id = '', percent = '', how = '') => `${count === '1' ? '1 Preis, den' : `${count} Preise, die`} ${id} zahlt, ${count === '1' ? 'stieg' : 'stiegen'} um mehr als ${percent} %: ${rise(how)}`],
  [`no day of subscription ${ID} stands out by more than ${AMOUNT}`, (id, above = '') => `kein Tag${of(id)} fällt um mehr als ${above} auf`],
  [`(.*) of subscription ${ID} cost ${AMOUNT} on (\\S+) where (\\S+) is usual(?:; also (.*))?`,
    (where = '', id, cost = '', on = '', usual = '', also) => `${level(where)}${of(id)} kostete am ${on} ${cost}, üblich sind ${usual}${cost.replace(/^\S+/, '')}${also ? `; auch ${also.split(', ').map(level).join(', ')}` : ''}`],
  [`usage (came in files|was never read): subscription ${ID}`, (how, id) => `Verbrauch${of(id)} ${how === 'came in files' ? 'kam in Dateien' : 'wurde nie gelesen'}`],
  [`no reported day of subscription ${ID} is missing`, (id) => `kein gemeldeter Tag${of(id)} fehlt`],
  [`(\\d+) reported days? of subscription ${ID} (?:is|are) missing, from (\\S+)`, (count = '', id, first = '') => `${days(count)}${of(id)}, die gemeldet sind, fehlen, ab ${first}`],
  [`usage of subscription ${ID} (ends|was last imported) at (\\S+), (\\d+) h ago, (not )?older than (\\d+) days`,
    (id, what, end = '', hours = '', young, limit = '') => `Verbrauch${of(id)} ${what === 'ends' ? 'endet' : 'wurde zuletzt eingelesen'} am ${end}, vor ${hours} Std., ${not(young)}älter als ${limit} Tage`],
];

const READ = FORMS.map(([form, german]) => [new RegExp(`^${form}$`, 's'), german] as const);

export function sentenceDe(text: string): string | undefined {
  for (const [form, german] of READ) {
    const found = form.exec(text);
    if (found) return german(...found.slice(1));
  }
  return undefined;
}
