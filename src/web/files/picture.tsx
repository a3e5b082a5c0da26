import { useCallback } from 'react';
import type { FilePreview } from '../../client/index.ts';

type Small = NonNullable<FilePreview['picture']>;

/** A preview's picture. It says nothing that the name beside it does not. Its address is good for as long as it is drawn. */
export function Picture({ picture, className }: { picture: Small; className?: string | undefined }) {
  const load = useCallback(
    (image: HTMLImageElement) => {
      const url = URL.createObjectURL(new Blob([picture.data as BlobPart], { type: picture.type }));
      image.src = url;
      return () => URL.revokeObjectURL(url);
    },
    [picture],
  );
  return <img ref={load} className={className} alt="" draggable={false} />;
}
