import { Migration } from "@mikro-orm/migrations";

/** Every process hears at once that a token was taken back before its time, or its client changed, as of a session that ended: sockets opened with it are looked at, and whoever remembers it forgets. */
export class TokensRevoked extends Migration {
  override up(): void {
    this.addSql(`
create trigger "access_token_revoked" after delete on "oidc_artifact" for each row
  when (old."kind" = 'AccessToken' and old."session_id" is not null and old."expires_at" > current_timestamp) execute function announce_access('session_id');
create trigger "oidc_client_changed" after update or delete on "oidc_client" for each row execute function announce_access('client_id');
`);
  }
}
