import type { Texts } from '../languages.ts';
import { errors } from './errors.ts';
import { relay } from './relay.ts';
import { terminal } from './terminal.ts';
import { web } from './web.ts';

export const spanish: Texts = { web, terminal, relay, errors };
