export const statements = {
  addLink: `insert into console.link (link_hash, expires_at) values ($1, $2)`,
  link: `select expires_at as "expiresAt" from console.link where link_hash = $1 and expires_at > $2`,
  // Of two clicks in the same moment the second waits for the row and finds it gone.
  takeLink: `delete from console.link where link_hash = $1 and expires_at > $2 returning expires_at as "expiresAt"`,
  sweepLinks: `delete from console.link where expires_at <= $1`,
  addSession: `
    insert into console.session (session_hash, shop_id, language, created_at, seen_at) values ($1, null, $2, $3, $3)`,
  session: `
    select session_hash as "sessionHash", shop_id as "shopId", language, seen_at as "seenAt" from console.session
    where session_hash = $1 and seen_at > $2 and created_at > $3`,
  see: `update console.session set seen_at = $2 where session_hash = $1`,
  chooseShop: `update console.session set shop_id = $2 where session_hash = $1`,
  chooseLanguage: `update console.session set language = $2 where session_hash = $1`,
  dropSession: `delete from console.session where session_hash = $1 returning session_hash as "sessionHash"`,
  sweepSessions: `delete from console.session where seen_at <= $1 or created_at <= $2`,
  forgetShop: `update console.session set shop_id = null where shop_id = $1`,
};
