// Was das Programm von Regeln, Umlagen und Rechnungen sagt, auf Deutsch: jede Form eines Satzes, mit den Angaben darin, wie sie dastehen. Ein Satz von
// anderer Form bleibt englisch und wird so vorgelesen.

const ID = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})';
const AMOUNT = '(-?[\\d.]+(?: [A-Z]{3})?)';

const PART = `(?:subscription ${ID.replace('(', '(?:')}|meter-category "[^"]*"|meter [\\da-f-]{36}|resource-group "[^"]*"|tag "[^"]*"="[^"]*")`;
/** What a rule is about: whose usage, and which of it. */
const SCOPE = `((?: (?:of|with) ${PART}(?: and ${PART})*)+)`;

type Form = readonly [form: string, german: (...parts: string[]) => string];

const of = (id: string | undefined): string => (id ? ` von ${id}` : '');
const SCOPE_WORDS: Record<string, string> = {
  ' of ': ' von ', ' with ': ' mit ', ' and ': ' und ', 'subscription ': '', 'meter-category ': 'Dienst ', 'meter ': 'Zähler ', 'resource-group ': 'Ressourcengruppe ', 'tag ': 'Tag ', '=': ' = ',
};
const scope = (text = ''): string => text.replace(/"([^"]*)"| (?:of|with|and) |(?:subscription|meter-category|meter|resource-group|tag) |=/g, (word, name?: string) => (name === undefined ? SCOPE_WORDS[word] ?? word : `„${name}“`));
const HOW: Record<string, string> = { 'not ': 'nicht ', 'perhaps ': 'vielleicht ' };
const how = (word = ''): string => HOW[word] ?? '';
const AT_LEAST = '(at least )?';
const least = (word: string | undefined): string => (word ? 'mindestens ' : '');
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
  [`(spend|hours)${SCOPE}?(?: in the (period of|periods that began in) (\\S+))? (?:is|are) ${AT_LEAST}${AMOUNT}, (not |perhaps )?above ${AMOUNT}(, and not all of it is known)?`,
    (what = '', about, span, when = '', bound, total = '', under, above = '', open) => `${what === 'spend' ? 'Kosten' : 'Stunden'}${scope(about)}`
      + `${span ? ` ${span === 'period of' ? 'im Zeitraum ab' : 'in den Zeiträumen, die begannen in'} ${when}` : ''}: ${least(bound)}${total}, ${how(under)}über ${above}${open ? ', und nicht alles ist bekannt' : ''}`],
  [`projected (bill|spend)( at p\\d+)?(?: of subscription ${ID})? is ${AT_LEAST}${AMOUNT}, (not |perhaps )?above ${AMOUNT}(?:; (\\d+) days? of it (?:is|are) known)?`,
    (what, at = '', id, bound, total = '', under, above = '', known) => `erwartete ${what === 'bill' ? 'Rechnung' : 'Kosten'}${at.replace(' at ', ' bei ')}${of(id)}: ${least(bound)}${total}, `
      + `${how(under)}über ${above}${known ? `; ${days(known)} davon bekannt` : ''}`],
  [`the offer of subscription ${ID} grants no credit`, (id) => `das Angebot${of(id)} gibt kein Guthaben`],
  [`credit of ${AMOUNT} of subscription ${ID} lasts for the period, (\\S+) of it is left`, (granted = '', id, left = '') => `das Guthaben von ${granted}${of(id)} reicht für den Zeitraum, ${left} bleiben`],
  [`credit of ${AMOUNT} of subscription ${ID} (ended|is expected to end) on (\\S+), (not )?before (\\S+)`,
    (granted = '', id, ends, on = '', late, limit = '') => `das Guthaben von ${granted}${of(id)} ${ends === 'ended' ? 'endete' : 'endet voraussichtlich'} am ${on}, ${how(late)}vor dem ${limit}`],
  [`no price that subscription ${ID} pays rose by more than (\\S+) %`, (id = '', percent = '') => `kein Preis, den ${id} zahlt, stieg um mehr als ${percent} %`],
  [`(\\d+) prices? that subscription ${ID} pays rose by more than (\\S+) %: (.*)`,
    (count = '', id = '', percent = '', how = '') => `${count === '1' ? '1 Preis, den' : `${count} Preise, die`} ${id} zahlt, ${count === '1' ? 'stieg' : 'stiegen'} um mehr als ${percent} %: ${rise(how)}`],
  [`no day of subscription ${ID} stands out by more than ${AMOUNT}`, (id, above = '') => `kein Tag${of(id)} fällt um mehr als ${above} auf`],
  [`(.*) of subscription ${ID} cost ${AT_LEAST}${AMOUNT} on (\\S+) where ${AT_LEAST}(\\S+)(?: [A-Z]{3})? is usual(?:; also (.*))?`,
    (where = '', id, day, cost = '', on = '', before, usual = '', also) => `${level(where)}${of(id)} kostete am ${on} ${least(day)}${cost}, üblich sind ${least(before)}${usual}${cost.replace(/^\S+/, '')}${also ? `; auch ${also.split(', ').map(level).join(', ')}` : ''}`],
  [`usage (came in files|was never read): subscription ${ID}`, (how, id) => `Verbrauch${of(id)} ${how === 'came in files' ? 'kam in Dateien' : 'wurde nie gelesen'}`],
  [`no reported day of subscription ${ID} is missing`, (id) => `kein gemeldeter Tag${of(id)} fehlt`],
  [`(\\d+) reported days? of subscription ${ID} (?:is|are) missing, from (\\S+)`, (count = '', id, first = '') => `${days(count)}${of(id)}, die gemeldet sind, fehlen, ab ${first}`],
  [`usage of subscription ${ID} (ends|was last imported) at (\\S+), (\\d+) h ago, (not )?older than (\\d+) days`,
    (id, what, end = '', hours = '', young, limit = '') => `Verbrauch${of(id)} ${what === 'ends' ? 'endet' : 'wurde zuletzt eingelesen'} am ${end}, vor ${hours} Std., ${how(young)}älter als ${limit} Tage`],
  [`nothing of subscription ${ID} was used in the period of (\\S+): its days were read`, (id, since = '') => `nichts${of(id)} wurde im Zeitraum ab ${since} verbraucht: seine Tage sind gelesen`],
  [`the period of subscription ${ID} has only begun`, (id) => `der Zeitraum${of(id)} hat erst begonnen`],
  ['the periods of all have only begun', () => 'die Zeiträume aller haben erst begonnen'],
  ['(\\d+) rows count no hours and are left out', (count = '') => `${count} Zeilen zählen keine Stunden und bleiben außer Betracht`],
  ['no row of usage is meant by it; are the names written as Azure writes them\\?', () => 'keine Zeile des Verbrauchs ist gemeint; stehen die Namen da, wie Azure sie schreibt?'],
  ['the new price of (.*) is not compared: (.*)', (name = '', why = '') => `der neue Preis von ${name} ist nicht verglichen: ${sentenceDe(why) ?? why}`],
  ['the store knows no subscription yet', () => 'der Speicher kennt noch kein Abonnement'],
  [`the store has no usage(?: of ${ID})? in this period(?:: run (forebill .*))?`, (id, run) => `der Speicher hat keinen Verbrauch${of(id)} in diesem Zeitraum${run ? `: ${run}` : ''}`],
  ['the store has usage and no offer to rate it with: run (forebill .*)', (run = '') => `der Speicher hat Verbrauch und kein Angebot, mit dem er zu bewerten wäre: ${run}`],
  ['the store has days of usage and no hours of this period: run (forebill .*)', (run = '') => `der Speicher hat Tage und keine Stunden dieses Zeitraums: ${run}`],
  ['the store has no rate card of (\\S+) in ([A-Z]{3}): run (forebill .*)', (offer = '', currency = '', run = '') => `der Speicher hat keine Preisliste von ${offer} in ${currency}: ${run}`],
  ['the usage is billed in ([A-Z]{3}), not in ([A-Z]{3})', (its = '', asked = '') => `der Verbrauch wird in ${its} berechnet, nicht in ${asked}`],
  ['the subscriptions are billed in ([A-Z]{3}) and ([A-Z]{3}): ask for one with --subscription', (one = '', other = '') => `die Abonnements werden in ${one} und ${other} berechnet: fragen Sie nach einem mit --subscription`],
  ['nothing that it means is counted in hours', () => 'nichts davon wird in Stunden gezählt'],
  ['this rule names a subscription, or each', () => 'diese Regel nennt ein Abonnement, oder jedes'],
  ['a sum has more digits than can be held', () => 'eine Summe hat mehr Stellen, als zu halten sind'],
  ['there is nothing to rate', () => 'es gibt nichts zu bewerten'],
  ['(?:(.*), s|S)hared (evenly|in proportion,|in fixed shares,) among (\\d+)', (pool, how, among = '') => `${pool ? `${pool}, g` : 'G'}eteilt ${how === 'evenly' ? 'zu gleichen Teilen' : how === 'in proportion,' ? 'nach Verhältnis' : 'nach festen Anteilen'} unter ${among}`],
  ['(.*), as if the new price held for all of it', (name = '') => `${name}, als gälte der neue Preis für alles`],
  ['usage (ends|was last imported) at (\\S+)', (what, at = '') => `Verbrauch ${what === 'ends' ? 'endet' : 'zuletzt eingelesen'} am ${at}`],
  ['(\\S+) \u2013 (\\S+): never asked for', (first = '', last = '') => `${first} \u2013 ${last}: nie erfragt`],
  ['hours ago', () => 'Stunden her'],
  ['days', () => 'Tage'],
  [`(.*) of (\\S+) \\(${ID}\\)`, (meter = '', resource = '', id = '') => `${meter} von ${resource} (${id})`],
  ['nobody is there to bear (.*)', (pool = '') => `niemand ist da, der ${pool} trägt`],
  ['(\\d{4}-\\d\\d) is final: its usage before (\\S+) is no longer kept', (month = '', from = '') => `${month} ist endgültig: sein Verbrauch vor ${from} wird nicht mehr aufbewahrt`],
  [`invoice (.*) of ${ID}: (.*)`, (name = '', id, why = '') => `Rechnung ${name}${of(id)}: ${sentenceDe(why) ?? why}`],
  ['invoice (.*) is in ([A-Z]{3}): it is in no sum here', (name = '', currency = '') => `Rechnung ${name} ist in ${currency}: sie ist hier in keiner Summe`],
  ['its document is archived and its lines are not known: (forebill .*)', (run = '') => `ihr Dokument ist archiviert, ihre Zeilen sind nicht bekannt: ${run}`],
  ['its lines are of several periods', () => 'ihre Zeilen sind aus mehreren Zeiträumen'],
  ['its lines are in several currencies', () => 'ihre Zeilen sind in mehreren Währungen'],
  ['the store does not know the subscription\u2019s offer|the store does not know the subscription\'s offer', () => 'der Speicher kennt das Angebot des Abonnements nicht'],
  ['no day of its period was read', () => 'kein Tag ihres Zeitraums wurde gelesen'],
  ['its period is (\\S+) \u2013 (\\S+), and the billing period (\\S+) \u2013 (\\S+)', (start = '', end = '', from = '', last = '') => `ihr Zeitraum ist ${start} \u2013 ${end}, und der Abrechnungszeitraum ${from} \u2013 ${last}`],
  ['it is in ([A-Z]{3}), and our prices are in ([A-Z]{3})', (its = '', ours = '') => `sie ist in ${its}, und unsere Preise sind in ${ours}`],
];

const READ = FORMS.map(([form, german]) => [new RegExp(`^${form}$`, 's'), german] as const);

export function sentenceDe(text: string): string | undefined {
  for (const [form, german] of READ) {
    const found = form.exec(text);
    if (found) return german(...found.slice(1));
  }
  return undefined;
}
