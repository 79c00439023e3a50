import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useState, type ReactNode } from 'react';

export type Theme = 'light' | 'dark';
const storageKey = 'eyegazer-theme';

const ThemeContext = createContext<{ theme: Theme; toggle: () => void }>({ theme: 'light', toggle: () => undefined });

/** Follows the system's theme until a person chooses one; the choice is remembered. */
export function ThemeProvider({ children }: { children: ReactNode }) {
  const [chosen, setChosen] = useState<Theme | null>(readChoice);
  const [system, setSystem] = useState<Theme>(() => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'));
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const onChange = (): void => setSystem(query.matches ? 'dark' : 'light');
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, []);
  const theme = chosen ?? system;
  useLayoutEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  const value = useMemo(() => {
    const toggle = (): void => {
      const next = theme === 'dark' ? 'light' : 'dark';
      setChosen(next);
      writeChoice(next);
    };
    return { theme, toggle };
  }, [theme]);
  return <ThemeContext value={value}>{children}</ThemeContext>;
}

export function useTheme(): { theme: Theme; toggle: () => void } {
  return useContext(ThemeContext);
}

function readChoice(): Theme | null {
  try {
    const theme = localStorage.getItem(storageKey);
    return theme === 'light' || theme === 'dark' ? theme : null;
  } catch {
    return null; // Storage may be forbidden: the system's theme applies.
  }
}

function writeChoice(theme: Theme): void {
  try {
    localStorage.setItem(storageKey, theme);
  } catch {
    // Not remembered, but applied.
  }
}
