// A real OpenID provider for tests/accounts/test_oidc.py: `node provider.mjs PORT`. Anybody logs in
// under any name with any password. POST /test/groups {"sub", "groups"} says in which groups,
// POST /test/logouts {"uri"} who is told of logouts.
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const groups = new Map();
const client = {
  grant_types: ['authorization_code'],
  redirect_uris: ['http://127.0.0.1/oidc/callback'],
  post_logout_redirect_uris: ['http://127.0.0.1/login'],
  backchannel_logout_uri: 'http://127.0.0.1/oidc/backchannel-logout',
  backchannel_logout_session_required: true,
};
const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    { ...client, client_id: 'beseda', client_secret: 'a secret of the tests' },
    { ...client, client_id: 'public', token_endpoint_auth_method: 'none' },
  ],
  scopes: ['openid', 'profile', 'teams'],
  claims: { openid: ['sub'], profile: ['preferred_username', 'groups'], teams: ['teams'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, groups: groups.get(id) ?? [], teams: `of ${id}` }),
  }),
  cookies: { keys: ['a key of the tests'] },
  features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
  pkce: { required: () => true },
  // Servers of the tests are on this machine, and busy: nothing of what keeps it from asking those.
  fetch: (url, { dispatcher, signal, ...options }) => fetch(url, options),
});
// The port of the server under test is not known when this starts.
const isLocal = (uri) => new URL(uri).hostname === '127.0.0.1';
provider.Client.prototype.redirectUriAllowed = isLocal;
provider.Client.prototype.postLogoutRedirectUriAllowed = isLocal;
provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/test/')) return next();
  let body = '';
  for await (const part of ctx.req) body += part;
  const given = JSON.parse(body);
  if (ctx.path === '/test/groups') groups.set(given.sub, given.groups);
  else (await provider.Client.find('beseda')).backchannelLogoutUri = given.uri;
  ctx.body = 'set';
});
provider.listen(port, 'localhost', () => console.log('ready'));
