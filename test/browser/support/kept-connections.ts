/** In the page, before anything of ours: keeps the connections that our code makes, to read their statistics. */
export function keepConnections(): void {
  const kept: RTCPeerConnection[] = (window.kept = []);
  const { setLocalDescription } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.setLocalDescription = function (...values: unknown[]) {
    if (!kept.includes(this)) kept.push(this);
    return (setLocalDescription as (...all: unknown[]) => Promise<void>).apply(this, values);
  };
}

declare global {
  interface Window {
    kept: RTCPeerConnection[];
  }
}
