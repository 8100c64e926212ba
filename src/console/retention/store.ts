export const statements = {
  pastLinks: `
    select count(*) as rows, min(expires_at) as oldest from console.link where $1::uuid is null and expires_at < $2`,
  dropLinks: `
    with gone as (
      delete from console.link where link_hash in (
        select link_hash from console.link where $1::uuid is null and expires_at < $2 limit $3)
      returning 1
    )
    select count(*) as rows from gone`,
  pastSessions: `
    select count(*) as rows, min(created_at) as oldest from console.session where $1::uuid is null and created_at < $2`,
  dropSessions: `
    with gone as (
      delete from console.session where session_hash in (
        select session_hash from console.session where $1::uuid is null and created_at < $2 limit $3)
      returning 1
    )
    select count(*) as rows from gone`,
};
