import type { Page } from 'playwright-core';

/** A landscape, different for each seed, as a file of this type. */
export async function paint(page: Page, seed: number, width: number, height: number, type = 'image/png', quality = 0.8): Promise<number[]> {
  return page.evaluate(
    async ({ seed: hue, width: w, height: h, type: kind, quality: q }) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [w, h];
      const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
      const sky = pen.createLinearGradient(0, 0, 0, h);
      sky.addColorStop(0, `hsl(${(hue * 67) % 360} 55% 62%)`);
      sky.addColorStop(1, `hsl(${(hue * 67 + 50) % 360} 70% 84%)`);
      pen.fillStyle = sky;
      pen.fillRect(0, 0, w, h);
      pen.fillStyle = 'hsl(48 90% 88%)';
      pen.beginPath();
      pen.arc(w * (0.25 + 0.1 * (hue % 5)), h * 0.3, Math.min(w, h) * 0.09, 0, 7);
      pen.fill();
      for (let layer = 0; layer < 4; layer++) {
        pen.fillStyle = `hsl(${(hue * 67 + 170) % 360} ${28 + layer * 5}% ${52 - layer * 11}%)`;
        pen.beginPath();
        pen.moveTo(0, h);
        for (let x = 0; x <= w; x += 4) {
          const wave = Math.sin((x / w) * (3 + layer) + hue + layer * 2) + 0.4 * Math.sin((x / w) * 11 * (layer + 1) + hue);
          pen.lineTo(x, h * (0.52 + layer * 0.12) - wave * h * 0.07);
        }
        pen.lineTo(w, h);
        pen.fill();
      }
      const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, kind, q));
      return [...new Uint8Array(await (blob as Blob).arrayBuffer())];
    },
    { seed, width, height, type, quality },
  );
}
