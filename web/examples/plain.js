document.addEventListener('forebill-change', ({ detail }) => {
  const { total, currency, complete } = detail;
  document.querySelector('#cost').textContent = total === null ? 'none yet' : `${complete ? '' : 'at least '}${total} ${currency}`;
});
