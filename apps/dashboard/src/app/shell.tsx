import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { ConnectionBanner, ConnectionState } from '../live/connection.js';
import { useSession } from '../session/session.js';
import { IconButton } from '../ui/button.js';
import { Mark } from '../ui/mark.js';
import { useTheme } from '../ui/theme.js';
import './shell.css';

const places = [
  { href: '/', name: 'Experiments', isHere: (path: string) => path === '/' || path === '/new' || path === '/bin' || path.startsWith('/experiments') },
  { href: '/datasets', name: 'Datasets', isHere: (path: string) => path.startsWith('/datasets') },
  { href: '/models', name: 'Models', isHere: (path: string) => path.startsWith('/models') },
  { href: '/workers', name: 'Workers', isHere: (path: string) => path.startsWith('/workers') },
  { href: '/settings', name: 'Settings', isHere: (path: string) => path.startsWith('/settings') },
];

/** The frame of every page: brand, places, connection, theme, the way out. */
export function Shell({ children }: { children: ReactNode }) {
  const [path] = useLocation();
  const { theme, toggle } = useTheme();
  const { actor, signOut } = useSession();
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <header className="shell-head">
        <div className="shell-head__inner">
          <Link href="/" className="brand">
            <Mark />
            <span>Eyegazer</span>
          </Link>
          <nav className="places" aria-label="Main">
            {places.map(({ href, name, isHere }) => (
              <Link key={href} href={href} className="place" aria-current={isHere(path) ? 'page' : undefined}>
                {name}
              </Link>
            ))}
          </nav>
          <div className="shell-head__side">
            <ConnectionState />
            <IconButton icon={theme === 'dark' ? 'sun' : 'moon'} label={theme === 'dark' ? 'Light theme' : 'Dark theme'} onClick={toggle} testId="theme-toggle" />
            {signOut && <IconButton icon="leave" label={`Sign out ${actor.name}`} onClick={signOut} testId="sign-out" />}
          </div>
        </div>
      </header>
      <main id="content" className="shell-main">
        {children}
      </main>
      <ConnectionBanner />
    </>
  );
}
