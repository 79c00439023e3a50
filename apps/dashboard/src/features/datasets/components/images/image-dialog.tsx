import { useEffect, useEffectEvent } from 'react';
import { useBackend } from '../../../../api/backend.js';
import { Button } from '../../../../ui/button.js';
import { Dialog } from '../../../../ui/dialog.js';
import { LabelMark } from './label-mark.js';
import './images.css';

export interface ShownImage {
  id: string;
  /** What it shows, in words; null without a label, undefined where labels do not matter. */
  label?: string | null;
  /** Colour of the label, from 0. */
  tint: number;
  /** In pixels, where they are known. */
  width?: number;
  height?: number;
}

interface ImageDialogProps {
  datasetId: string;
  /** Whose images they are; the newest import's unless told. */
  version?: number;
  title: string;
  images: readonly ShownImage[];
  /** Goes to what is before (-1) or after (1); undefined where there is nothing. */
  back: (() => void) | undefined;
  next: (() => void) | undefined;
  onClose: () => void;
}

const edgePixels = 640;

/** Images in large, side by side. The arrow keys turn the pages. */
export function ImageDialog({ datasetId, version, title, images, back, next, onClose }: ImageDialogProps) {
  const { api } = useBackend();
  const onKey = useEffectEvent(({ key }: KeyboardEvent) => {
    if (key === 'ArrowLeft') back?.();
    else if (key === 'ArrowRight') next?.();
  });
  // Of the document: a button that has just been disabled has the focus and gets no keys.
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => onKey(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return (
    <Dialog title={title} wide onClose={onClose}>
      <ul className="image-dialog" data-count={Math.min(images.length, 4)} data-testid="image-dialog">
        {images.map(({ id, label, tint, width, height }) => (
          <li key={id}>
            <img src={api.sampleImageUrl(datasetId, id, { size: edgePixels, version })} alt={label == null ? id : `${id}, ${label}`} width={width} height={height} decoding="async" />
            <p className="image-dialog__facts">
              {label !== undefined && <LabelMark label={label} tint={tint} />}
              <span className="mono">{id}</span>
              {width !== undefined && (
                <span className="muted">
                  {width} × {height}
                </span>
              )}
            </p>
          </li>
        ))}
      </ul>
      <div className="dialog__foot">
        <Button icon="left" disabled={!back} onClick={back} testId="image-back">
          Back
        </Button>
        <Button icon="right" disabled={!next} onClick={next} testId="image-next">
          Next
        </Button>
      </div>
    </Dialog>
  );
}
