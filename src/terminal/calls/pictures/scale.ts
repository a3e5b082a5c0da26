/** A picture of 3 bytes a pixel, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Of a side. */
const EDGE = 0.04;

/**
 * The picture in the middle of `width` × `height`, whole, on black. Each pixel is the mean of those that it stands for: fine patterns become grey
 * and do not flicker.
 * @param pixelAspect height of a pixel of the result by its width
 */
export function scaleInto(picture: Pixels, width: number, height: number, pixelAspect = 1): Pixels {
  const rgb = new Uint8Array(width * height * 3);
  if (picture.width < 1 || picture.height < 1 || picture.rgb.length < picture.width * picture.height * 3) return { width, height, rgb };
  const scale = Math.min(width / picture.width, (height * pixelAspect) / picture.height);
  const wide = snap(picture.width * scale, width);
  const high = snap((picture.height * scale) / pixelAspect, height);
  if (wide === picture.width && high === picture.height && wide === width && high === height) return picture;
  const left = (width - wide) >> 1;
  const top = (height - high) >> 1;
  for (let y = 0; y < high; y++) {
    const [fromY, toY] = spanOf(y, high, picture.height);
    for (let x = 0; x < wide; x++) {
      const [fromX, toX] = spanOf(x, wide, picture.width);
      meanOf(picture, fromX, toX, fromY, toY, rgb, ((top + y) * width + left + x) * 3);
    }
  }
  return { width, height, rgb };
}

/** An edge of a pixel or two, which comes of rounding, is filled: nobody sees that a picture is so much wider. */
function snap(size: number, most: number): number {
  const whole = Math.max(1, Math.round(size));
  return most - whole <= Math.max(1, most * EDGE) ? most : whole;
}

/** Which pixels of `from` one of `to` stands for: at least one. */
function spanOf(at: number, to: number, from: number): [number, number] {
  const first = Math.floor((at * from) / to);
  return [first, Math.max(first + 1, Math.floor(((at + 1) * from) / to))];
}

function meanOf({ rgb, width }: Pixels, fromX: number, toX: number, fromY: number, toY: number, into: Uint8Array, at: number): void {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let y = fromY; y < toY; y++)
    for (let i = (y * width + fromX) * 3, end = (y * width + toX) * 3; i < end; i += 3) {
      red += rgb[i] as number;
      green += rgb[i + 1] as number;
      blue += rgb[i + 2] as number;
    }
  const count = (toX - fromX) * (toY - fromY);
  into[at] = Math.round(red / count);
  into[at + 1] = Math.round(green / count);
  into[at + 2] = Math.round(blue / count);
}
