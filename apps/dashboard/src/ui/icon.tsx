const paths = {
  plus: 'M8 3v10M3 8h10',
  import: 'M8 2v8m0 0L4.800 6.800M8 10l3.200-3.200M2.500 11v2.500h11V11',
  download: 'M8 2v8m0 0L4.800 6.800M8 10l3.200-3.200M2.500 13.500h11',
  play: 'M5 3.200v9.600L12.500 8z',
  close: 'M4 4l8 8M12 4l-8 8',
  retry: 'M13 8a5 5 0 1 1-1.500-3.600M13 2v3h-3',
  clone: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  stop: 'M4 4h8v8H4z',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.800 10.800 14 14',
  sun: 'M8 10.800a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600zM8 1.500v1.300M8 13.200v1.300M1.500 8h1.300M13.200 8h1.300M3.400 3.400l.900.900M11.700 11.700l.900.900M3.400 12.600l.900-.900M11.700 4.300l.900-.900',
  moon: 'M13 9.500A5.500 5.500 0 0 1 6.500 3 5.500 5.500 0 1 0 13 9.500z',
  alert: 'M8 2 14.500 13.500h-13zM8 6.500v3.200M8 11.500v.300',
  info: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.500V11M8 5v.200',
  check: 'M3 8.500 6.500 12 13 4.500',
  trash: 'M3 4.500h10M6.500 4V2.500h3V4M4.500 4.500l.500 9h6l.500-9',
  leave: 'M6.500 13.500h-4v-11h4M10 5l3 3-3 3M13 8H6',
  key: 'M5.500 13a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM7.600 7.900 13.500 2M11 4.500l2 2',
  copy: 'M5.500 5.500h8v8h-8zM10.500 5.500v-3h-8v8h3',
  left: 'M10 3 5 8l5 5',
  right: 'M6 3l5 5-5 5',
  up: 'M3 10l5-5 5 5',
  down: 'M3 6l5 5 5-5',
  split: 'M8 14V9.500L3.500 5V2.500M8 9.500 12.500 5V2.500M1.800 4.200 3.500 2.500l1.700 1.700M10.800 4.200l1.700-1.700 1.700 1.700',
  pause: 'M5.500 3.500v9M10.500 3.500v9',
  folder: 'M2 12.500v-9h4l1.500 2H14v7z',
} as const;

export type IconName = keyof typeof paths;

/** A small line icon; it says nothing to screen readers, the text beside it does. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      <path d={paths[name]} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
