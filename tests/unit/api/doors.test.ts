import assert from 'node:assert/strict';
import { findRefusal } from '@eyegazer/api';

const port = 4400;
const get = (headers: Record<string, string>) => findRefusal({ method: 'GET', headers }, port);
const post = (headers: Record<string, string>) => findRefusal({ method: 'POST', headers }, port);

describe('doors', () => {
  it('lets loopback names with our port in', () => {
    for (const host of ['127.0.0.1:4400', 'localhost:4400', 'LocalHost:4400', '[::1]:4400']) assert.equal(get({ host }), null, host);
  });

  it('refuses a Host that only resolves to loopback', () => {
    for (const host of ['evil.example:4400', 'evil.example', '127.0.0.1.evil.example:4400', 'localhost.evil.example:4400']) {
      const refusal = get({ host });
      assert.equal(refusal?.code, 'FORBIDDEN', host);
      assert.match(refusal?.message ?? '', /Expected the Host header .* 127\.0\.0\.1:4400, got /);
    }
  });

  it('refuses another port, no port and no Host', () => {
    for (const host of ['127.0.0.1:4401', '127.0.0.1', 'localhost:44000']) assert.equal(get({ host })?.code, 'FORBIDDEN', host);
    assert.equal(get({})?.code, 'FORBIDDEN');
  });

  it('takes a Host without port on port 80', () => {
    assert.equal(findRefusal({ method: 'GET', headers: { host: 'localhost' } }, 80), null);
  });

  it('lets our own Origin in and refuses every other', () => {
    const host = '127.0.0.1:4400';
    assert.equal(post({ host, origin: 'http://127.0.0.1:4400' }), null);
    for (const origin of ['null', 'http://evil.example', 'http://127.0.0.1:8080', 'https://127.0.0.1:4400', 'http://localhost:4400', 'http://127.0.0.1']) {
      assert.equal(get({ host, origin })?.code, 'FORBIDDEN', origin);
    }
  });

  it('refuses what a page of another site changes, whatever it leaves out', () => {
    const host = '127.0.0.1:4400';
    assert.equal(post({ host, 'sec-fetch-site': 'cross-site' })?.code, 'FORBIDDEN');
    assert.equal(post({ host, 'sec-fetch-site': 'same-site' })?.code, 'FORBIDDEN');
    assert.equal(post({ host, 'sec-fetch-site': 'same-origin' }), null);
    assert.equal(get({ host, 'sec-fetch-site': 'cross-site' }), null);
  });

  it('refuses what a proxy of this machine passes on, and says what to do', () => {
    const host = '127.0.0.1:4400';
    for (const name of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']) {
      const refusal = get({ host, [name]: '203.0.113.7' });
      assert.equal(refusal?.code, 'FORBIDDEN', name);
      assert.match(refusal?.message ?? '', /EYEGAZER_TRUST_PROXY/);
    }
  });
});
