/** A label in the colour that it has in this place: equal labels are seen to be equal. */
export function LabelMark({ label, tint }: { label: string | null; tint: number }) {
  return (
    <span className="label-mark" data-none={label === null} style={{ '--tint': `var(--series-${(tint % 5) + 1})` }}>
      {label ?? 'no label'}
    </span>
  );
}
