import { Component, type ReactNode } from 'react';

/** Without it, React takes the whole page away when a part of it throws. */
export class SafetyNet extends Component<{ fallback: ReactNode; children: ReactNode }, { torn: boolean }> {
  override state = { torn: false };

  static getDerivedStateFromError(): { torn: boolean } {
    return { torn: true };
  }

  override render(): ReactNode {
    return this.state.torn ? this.props.fallback : this.props.children;
  }
}
