import { useMemo } from 'react';
import { encode } from 'uqr';
import styles from './qr-code.module.css';

/** A QR code as one SVG path, with the largest modules: nothing soils or folds a screen. Always dark on light: many phones do not read it the other way round. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = useMemo(() => drawQr(text), [text]);
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <img> would need its picture as a URL
    <svg className={styles['code']} role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges">
      <path d={path} />
    </svg>
  );
}

/** Light modules around the code, as ISO/IEC 18004 wants. */
const BORDER = 4;

function drawQr(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { ecc: 'L', border: BORDER });
  let path = '';
  data.forEach((row, y) => {
    let x = 0;
    while (x < row.length) {
      if (!row[x]) {
        x += 1;
        continue;
      }
      const from = x;
      while (row[x]) x += 1;
      path += `M${from} ${y}h${x - from}v1h${from - x}z`;
    }
  });
  return { size, path };
}
