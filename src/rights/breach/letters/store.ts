const columns = `
  case_id as "caseId", mailing_id as "mailingId", shop_id as "shopId", begun_at as "begunAt", actor, letters, persons,
  after_id as "afterId", mailed, unreached, ended_at as "endedAt"`;

export const statements = {
  addMailing: `
    insert into rights.breach_mailing
      (case_id, mailing_id, shop_id, begun_at, actor, letters, persons, after_id, mailed, unreached, ended_at)
    values ($1, $2, $3, $4, $5, $6, $7, null, 0, 0, null)`,
  mailings: `
    select ${columns} from rights.breach_mailing where case_id = $1 and ($2::uuid is null or shop_id = $2)
    order by mailing_id desc limit 100`,
  lockMailing: `
    select ${columns} from rights.breach_mailing where case_id = $1 and mailing_id = $2 for update`,
  goOn: `
    update rights.breach_mailing
    set after_id = $3, mailed = mailed + $4, unreached = unreached + $5, ended_at = $6
    where case_id = $1 and mailing_id = $2`,
  forgetMailings: `delete from rights.breach_mailing where shop_id = $1`,
};
