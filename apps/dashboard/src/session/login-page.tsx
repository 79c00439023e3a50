import type { ApiClient } from '@eyegazer/client';
import type { SessionAnswer } from '@eyegazer/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Mark } from '../ui/mark.js';
import { Button } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { FormError } from '../ui/form-error.js';
import { useTitle } from '../ui/use-title.js';
import { isUnauthorized } from './is-unauthorized.js';
import './login-page.css';

/** Takes an access token; the browser keeps a cookie that scripts cannot read, never the token. */
export function LoginPage({ api, onEntered }: { api: ApiClient; onEntered: (session: SessionAnswer) => void }) {
  useTitle('Sign in');
  const [token, setToken] = useState('');
  const enter = useMutation({ mutationFn: (given: string) => api.createSession({ token: given }), onSuccess: onEntered });
  const problem = enter.isError && isUnauthorized(enter.error) ? 'This token is not known here, or has expired or been revoked.' : undefined;
  return (
    <main className="login">
      <form
        className="card login__card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') enter.mutate(token.trim());
        }}
      >
        <p className="login__brand">
          <Mark />
          <span>Eyegazer</span>
        </p>
        <h1>Sign in</h1>
        <Field label="Access token" hint="It begins with eyg_" error={problem}>
          {(control) => (
            <input
              {...control}
              className="input mono"
              type="password"
              name="token"
              autoComplete="current-password"
              autoCapitalize="off"
              spellCheck={false}
              // The only thing to do on this page.
              ref={(input) => input?.focus()}
              value={token}
              onChange={({ target }) => setToken(target.value)}
              data-testid="login-token"
            />
          )}
        </Field>
        {problem === undefined && <FormError error={enter.error} />}
        <Button type="submit" look="primary" busy={enter.isPending} disabled={token.trim() === ''} testId="login-submit">
          Sign in
        </Button>
        <p className="muted small login__help">
          No token yet? The first admin token is printed when the server starts. Whoever has it makes the others, under Settings or with <code>eyegazer tokens create</code>.
        </p>
      </form>
    </main>
  );
}
