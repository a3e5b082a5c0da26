/** Protocol versions this program speaks, best first. Version 0 may change without notice until 0.1.0 is tagged. */
export const PROTOCOL_VERSIONS: readonly number[] = [0];

/** The program's own version, as `--version`, `welcome` and the page show it. */
export const PROGRAM_VERSION = '0.0.1';
