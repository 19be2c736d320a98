// React 19 sets properties and listens to custom events by itself: no wrapper.
// The host page loads /forebill/estimator.js once.

import { useState } from 'react';
import { createRoot } from 'react-dom/client';

function Request() {
  const [cost, setCost] = useState('none yet');
  const [theme, setTheme] = useState('light');
  return (
    <>
      <button onClick={() => setTheme(theme === 'light' ? 'dark' : 'light')}>Theme</button>
      <forebill-estimator
        books="/forebill/data/books.json"
        theme={theme}
        onforebill-change={({ detail }) => setCost(detail.total === null ? 'none yet' : `${detail.total} ${detail.currency}`)}
      />
      <p>Monthly cost: <output>{cost}</output></p>
    </>
  );
}

createRoot(document.querySelector('#root')).render(<Request />);
