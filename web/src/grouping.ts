// What can be done with groups. They lie in each other two levels deep; a cost centre is a tag of everything inside.

import { editGroup, freeName, ordered, type Doc, type Group } from './state.js';

/** The tag that cross-charging goes by: the sample tenant's rules use it, too. */
export const COST_CENTRE = 'costCenter';

export function isInside(groups: readonly Group[], group: string, id: string): boolean {
  return group === id || groups.some((inner) => inner.id === group && inner.within === id);
}

/** The groups that it can lie in: outer ones, and none where it has inner groups itself. */
export function places({ groups }: Doc, id: string): Group[] {
  return groups.some(({ within }) => within === id) ? [] : groups.filter((group) => group.within === '' && group.id !== id);
}

export function renameGroup(doc: Doc, id: string, wish: string): Doc {
  const old = doc.groups.find((group) => group.id === id)?.name ?? '';
  const name = freeName(doc.groups.filter((group) => group.id !== id), wish.trim() || old);
  return name === old ? doc : editGroup(doc, id, { name });
}

/** Into another group, or out of all; what is left of `before` it then stands in front of. */
export function nest(doc: Doc, id: string, within: string, before: string | null = null): Doc {
  const group = doc.groups.find((candidate) => candidate.id === id);
  if (!group || (within !== '' && !places(doc, id).some((place) => place.id === within))) return doc;
  const others = doc.groups.filter((candidate) => candidate.id !== id);
  const at = others.findIndex((candidate) => candidate.id === before);
  return ordered({ ...doc, groups: others.toSpliced(at < 0 ? others.length : at, 0, { ...group, within }) });
}

/** Up or down among its neighbours. */
export function moveGroup(doc: Doc, id: string, by: -1 | 1): Doc {
  const within = doc.groups.find((group) => group.id === id)?.within;
  const beside = doc.groups.filter((group) => group.within === within);
  const at = beside.findIndex((group) => group.id === id);
  const [group, other] = [beside[at], beside[at + by]];
  if (!group || !other) return doc;
  const swapped = doc.groups.map((candidate) => (candidate === group ? other : candidate === other ? group : candidate));
  return ordered({ ...doc, groups: swapped });
}

/** Into the group above it, or out again. */
export function shiftGroup(doc: Doc, id: string, inward: boolean): Doc {
  const at = doc.groups.findIndex((group) => group.id === id);
  const group = doc.groups[at];
  if (!group || inward !== (group.within === '')) return doc;
  if (inward) return nest(doc, id, doc.groups.slice(0, at).findLast(({ within }) => within === '')?.id ?? '');
  const after = doc.groups.slice(at).find(({ within }) => within === '');
  return nest(doc, id, '', after?.id ?? null);
}

/** What lies in it stays, one level further out. */
export function dissolve(doc: Doc, id: string): Doc {
  const within = doc.groups.find((group) => group.id === id)?.within ?? '';
  return ordered({
    ...doc,
    groups: doc.groups.filter((group) => group.id !== id).map((group) => (group.within === id ? { ...group, within: '' } : group)),
    lines: doc.lines.map((line) => (line.group === id ? { ...line, group: within } : line)),
  });
}

/** A line in front of another one, or behind the last of a group. */
export function place(doc: Doc, id: string, group: string, before: string | null): Doc {
  const line = doc.lines.find((candidate) => candidate.id === id);
  if (!line) return doc;
  const others = doc.lines.filter((candidate) => candidate.id !== id);
  const at = others.findIndex((candidate) => candidate.id === before);
  return ordered({ ...doc, lines: others.toSpliced(at < 0 ? others.length : at, 0, { ...line, group }) });
}

export function setCostCentre(doc: Doc, id: string, typed: string): Doc {
  const { [COST_CENTRE]: old = '', ...rest } = doc.groups.find((group) => group.id === id)?.tags ?? {};
  const value = typed.trim();
  if (value === old) return doc;
  return editGroup(doc, id, { tags: value === '' ? rest : { ...rest, [COST_CENTRE]: value } });
}

/** What holds for a line or a group: its own, else that of its group, else that of the outer one. */
export function costCentre(groups: readonly Group[], of: { readonly tags: Group['tags']; readonly group?: string; readonly within?: string }, key = COST_CENTRE): string {
  const own = of.tags[key];
  if (own !== undefined) return own;
  const next = groups.find(({ id }) => id === (of.group ?? of.within));
  return next ? costCentre(groups, next, key) : '';
}

/** With the group that it lies in in front. */
export function fullName(groups: readonly Group[], { name, within }: Group): string {
  const outer = groups.find(({ id }) => id === within);
  return outer ? `${outer.name} / ${name}` : name;
}

/** The cost centre has a name in each language; any other tag goes by its key. */
export function tagName(key: string, words: { readonly costCentre: string }): string {
  return key === COST_CENTRE ? words.costCentre : key;
}
