/** What time alone does not mend: said as it is, instead of that it is tried again. */
const LASTING = new Set([
  'wrong_key',
  'version_unsupported',
  'version_too_old',
  'version_too_new',
  'tls_required',
  'bad_proof',
  'too_many_connections',
]);

export const needsPerson = (code: string): boolean => LASTING.has(code);
