// A card for a portal such as Backstage: many run React 18, which knows neither properties nor events of custom elements.
// The portal forbids `fetch` to others and gives the bytes of the rate book and of the module itself; its theme's colours become
// the element's tokens.

import { useEffect, useRef } from 'react';
import { createRoot } from 'react-dom/client';

export function EntityCostCard({ priceBook, palette, onCost }) {
  const element = useRef(null);
  useEffect(() => {
    const current = element.current;
    const changed = ({ detail }) => onCost(detail);
    current.addEventListener('forebill-change', changed);
    current.priceBook = priceBook;
    for (const [token, colour] of Object.entries(palette)) current.style.setProperty(`--forebill-${token}`, colour);
    return () => current.removeEventListener('forebill-change', changed);
  }, [priceBook, palette, onCost]);
  return (
    <article className="card">
      <forebill-estimator ref={element} density="compact" region="westeurope" services="Virtual Machines, Storage" />
    </article>
  );
}

/** What the portal's backend gives: here two files, there an API of the portal. */
export async function start({ priceBook, module }) {
  const { useModule } = await import('/forebill/estimator.js');
  useModule(module);
  const told = document.querySelector('#told');
  const onCost = ({ total }) => { told.textContent = total ?? 'none yet'; };
  createRoot(document.querySelector('#root')).render(
    <EntityCostCard priceBook={priceBook} palette={{ accent: '#9bf0e1', bg: '#121212', text: '#ffffff' }} onCost={onCost} />,
  );
}
