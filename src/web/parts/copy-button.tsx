import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTexts } from '../context.tsx';
import { Button, type ButtonProps } from './button.tsx';

/** Copies a text, and says that it did. */
export function CopyButton({ text, label, look = 'quiet' }: { text: string; label: string } & Pick<ButtonProps, 'look'>) {
  const t = useTexts();
  const [copied, setCopied] = useState('');
  const done = copied === text;

  async function copy(from: HTMLElement): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Some browsers keep the clipboard from pages with a clicked-through certificate; the old way still works there.
      if (!copyBySelection(text, from)) return;
    }
    setCopied(text);
  }

  return (
    <>
      <Button
        look={look}
        icon={done ? <Check size={18} aria-hidden="true" /> : <Copy size={18} aria-hidden="true" />}
        onClick={(event) => void copy(event.currentTarget)}
      >
        {done ? t.copied : label}
      </Button>
      <output className="said">{done ? t.copied : ''}</output>
    </>
  );
}

/** Beside the button, because a dialog gives no focus to what is outside of it. */
function copyBySelection(text: string, from: HTMLElement): boolean {
  const box = document.createElement('textarea');
  box.value = text;
  box.className = 'said';
  from.after(box);
  box.select();
  const copied = document.execCommand('copy');
  box.remove();
  from.focus();
  return copied;
}
