import type { PageTexts } from '../languages.ts';
import { commands } from './commands.ts';
import { errors } from './errors.ts';
import { web } from './web.ts';

export const spanish: PageTexts = { web, commands, errors };
