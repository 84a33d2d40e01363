// A real OpenID provider on loopback for the tests. Arguments: port, redirect URI, people as JSON
// ({"login": {"sub", "email", "email_verified"}}), seconds by which its clock is wrong.
import { Provider } from "oidc-provider";

const [port, back, people, skew] = process.argv.slice(2);
const known = JSON.parse(people);
const now = Date.now;
Date.now = () => now() + Number(skew || 0) * 1000;

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: "frontdesk", client_secret: "a secret of the tests", redirect_uris: [back],
    response_types: ["code"], grant_types: ["authorization_code"],
  }],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  pkce: { required: () => true },
  cookies: { keys: ["a cookie key of the tests"] },
  findAccount: (_, login) => known[login] && { accountId: login, claims: () => ({ ...known[login] }) },
});
provider.listen(Number(port), "127.0.0.1", () => process.stdout.write("ready\n"));
