import { toneOf } from '../state/tones.ts';

/** ms between two frames: a picture that stands still is one that never comes. */
const EVERY = 500;
const HUES = [25, 52, 78, 115, 150, 195, 235, 268, 305, 345];

type Draw = (pen: CanvasRenderingContext2D, width: number, height: number) => void;

function film(width: number, height: number, draw: Draw): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width, height });
  const pen = canvas.getContext('2d') as CanvasRenderingContext2D;
  draw(pen, width, height);
  const [track] = canvas.captureStream(2).getVideoTracks();
  const timer = setInterval(() => {
    if (track?.readyState !== 'live') return clearInterval(timer);
    draw(pen, width, height);
  }, EVERY);
  return track as MediaStreamTrack;
}

function circle(pen: CanvasRenderingContext2D, x: number, y: number, across: number, down = across): void {
  pen.beginPath();
  pen.ellipse(x, y, across, down, 0, 0, Math.PI * 2);
  pen.fill();
}

/** Somebody before a wall, in the colours of the device; a window at the left shows whether it is mirrored. */
export function drawFace(device: string): MediaStreamTrack {
  const hue = HUES[toneOf(device)] as number;
  const upright = Number.parseInt(device.slice(1, 2), 16) % 5 === 0;
  return film(upright ? 180 : 320, upright ? 320 : 180, (pen, width, height) => {
    const wall = pen.createLinearGradient(0, 0, width, height);
    wall.addColorStop(0, `hsl(${hue} 30% 72%)`);
    wall.addColorStop(1, `hsl(${hue + 25} 26% 48%)`);
    pen.fillStyle = wall;
    pen.fillRect(0, 0, width, height);
    pen.fillStyle = `hsl(${hue + 180} 40% 88%)`;
    pen.fillRect(width * 0.07, height * 0.12, width * 0.17, height * 0.34);
    const across = Math.min(width, height);
    pen.fillStyle = `hsl(${hue + 140} 34% 38%)`;
    circle(pen, width / 2, height * 1.06, across * 0.42, across * 0.4);
    pen.fillStyle = `hsl(${24 + (hue % 12)} 42% ${48 + (hue % 5) * 6}%)`;
    circle(pen, width / 2, height * 0.5, across * 0.17, across * 0.215);
    pen.fillStyle = `hsl(${hue % 40} 30% ${16 + (hue % 3) * 9}%)`;
    circle(pen, width / 2, height * 0.5 - across * 0.14, across * 0.18, across * 0.11);
  });
}

/** A text that somebody shares. */
export function drawScreen(): MediaStreamTrack {
  return film(960, 600, (pen) => {
    pen.setTransform(0.75, 0, 0, 0.75, 0, 0);
    pen.fillStyle = '#f4f2ec';
    pen.fillRect(0, 0, 1280, 800);
    pen.fillStyle = '#2f6f66';
    pen.fillRect(0, 0, 1280, 64);
    pen.fillStyle = '#ffffff';
    pen.font = '600 30px sans-serif';
    pen.fillText('Plan for Saturday', 48, 43);
    pen.fillStyle = '#c9c3b4';
    for (let line = 0; line < 13; line++) pen.fillRect(96, 128 + line * 46, 420 + ((line * 173) % 560), 18);
  });
}
