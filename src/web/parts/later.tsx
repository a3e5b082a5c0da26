import { type ComponentType, useEffect, useState } from 'react';
import { untilLoaded } from '../state/until-loaded.ts';

/**
 * A part of the page that a first visit does not fetch. It is drawn when it is there; without a relay that is later, and nothing breaks, as it
 * would with React's own `lazy`.
 */
export function later<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> & { fetch(): void } {
  let part: ComponentType<Props> | undefined;
  let loading: Promise<void> | undefined;
  const fetch = () =>
    (loading ??= untilLoaded(load).then((found) => {
      part = found;
    }));

  function Later(props: Props) {
    const [Found, setFound] = useState<ComponentType<Props> | undefined>(() => part);
    useEffect(() => {
      let over = false;
      if (!Found) void fetch().then(() => over || setFound(() => part));
      return () => {
        over = true;
      };
    }, [Found]);
    return Found ? <Found {...props} /> : null;
  }
  return Object.assign(Later, { fetch: () => void fetch() });
}
