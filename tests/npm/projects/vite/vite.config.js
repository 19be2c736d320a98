export default { logLevel: 'warn', worker: { format: 'es' } };
