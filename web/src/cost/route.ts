// What the address says after its #: which view, which month, what it is divided by. Read strictly: what is not
// understood is left out.

export interface Route {
  view: 'spend' | 'alerts' | 'invoices';
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
}

const VIEWS = ['spend', 'alerts', 'invoices'] as const;
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
    scope: fits('scope', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    by: fits('by', /^([a-z-]{1,20}|tag:.{1,512})$/s) ?? 'service',
    path: said.getAll('in').filter((group) => group.length <= LONGEST).slice(0, MOST_LEVELS),
    hours: said.get('per') === 'hour',
    table: said.get('as') === 'table',
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
  const query = said.toString();
  return `#/${route.view}${query === '' ? '' : `?${query}`}`;
}
