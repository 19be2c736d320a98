const frame = document.querySelector('#estimate');
const address = new URL('/forebill/embed.html', location.href);
address.searchParams.set('parent', location.origin);
frame.src = address.href;

addEventListener('message', ({ source, origin, data }) => {
  if (source !== frame.contentWindow || origin !== address.origin || data?.forebill !== 1) return;
  if (data.type === 'height') frame.style.blockSize = `${Number(data.detail)}px`;
  if (data.type === 'change') document.querySelector('#cost').textContent = data.detail.total ?? 'none yet';
});

export function load(workload) {
  frame.contentWindow.postMessage({ forebill: 1, type: 'load', detail: workload }, address.origin);
}
