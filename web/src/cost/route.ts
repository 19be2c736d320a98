// What the address says after its #: which view, which month, what it is divided by. Read strictly: what is not
// understood is left out.

export interface Route {
  view: 'spend' | 'showback' | 'alerts' | 'invoices';
  /** `YYYY-MM`; the newest where there is none. */
  month: string | null;
  /** A subscription; all where there is none. */
  scope: string | null;
  by: string;
  /** The groups that were opened, one in another. */
  path: string[];
  hours: boolean;
  /** Tables in place of charts. */
  table: boolean;
  /** The day or hour whose lines are shown; the whole month where there is none. */
  on: string | null;
  /** The meter whose charge is explained. */
  why: string | null;
  /** The cost centre whose statement is open; nobody's where it is empty. */
  centre: string | null;
}

const VIEWS = ['spend', 'showback', 'alerts', 'invoices'] as const;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MOST_LEVELS = 3;
const LONGEST = 2000;

export function parse(hash: string): Route {
  const [place = '', query = ''] = hash.replace(/^#\/?/, '').slice(0, LONGEST * MOST_LEVELS).split('?', 2);
  const said = new URLSearchParams(query);
  const fits = (name: string, form: RegExp) => {
    const value = said.get(name);
    return value !== null && form.test(value) ? value : null;
  };
  return {
    view: VIEWS.find((view) => view === place) ?? 'spend',
    month: fits('month', /^\d{4}-(0[1-9]|1[0-2])$/),
    scope: fits('scope', ID),
    by: fits('by', /^([a-z-]{1,20}|tag:.{1,512})$/s) ?? 'service',
    path: said.getAll('in').filter((group) => group.length <= LONGEST).slice(0, MOST_LEVELS),
    hours: said.get('per') === 'hour',
    table: said.get('as') === 'table',
    on: fits('on', /^\d{4}-\d\d-\d\d(T\d\d:00:00Z)?$/),
    why: fits('why', ID),
    centre: fits('centre', /^.{0,512}$/s),
  };
}

export function address(route: Route): string {
  const said = new URLSearchParams();
  if (route.month) said.set('month', route.month);
  if (route.scope) said.set('scope', route.scope);
  if (route.by !== 'service') said.set('by', route.by);
  for (const group of route.path) said.append('in', group);
  if (route.hours) said.set('per', 'hour');
  if (route.table) said.set('as', 'table');
  if (route.on) said.set('on', route.on);
  if (route.why) said.set('why', route.why);
  if (route.centre !== null) said.set('centre', route.centre);
  const query = said.toString();
  return `#/${route.view}${query === '' ? '' : `?${query}`}`;
}
