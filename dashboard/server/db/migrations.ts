/**
 * The schema of the control room's own database, oldest first. A migration that has been released is never edited;
 * a change is one more. Times are UtcMs; JSON columns hold what core/contract names.
 */
export const MIGRATIONS: readonly string[] = [
  `
  create table users (
    name text primary key,
    password_hash text not null,
    role text not null,
    created_at integer not null
  ) strict;

  create table sessions (
    id_hash text primary key,
    user text not null references users (name) on delete cascade,
    created_at integer not null,
    expires_at integer not null
  ) strict;
  create index sessions_by_expiry on sessions (expires_at);

  create table alarms (
    id text primary key,
    site text not null,
    rule text not null,
    rule_type text not null,
    point text not null,
    priority text not null,
    state text not null,
    raised_at integer not null,
    received_at integer not null,
    returned_at integer,
    closed_at integer,
    explanation text not null,
    readings text not null,
    evidence text not null,
    acknowledgement text,
    version integer not null
  ) strict;
  create unique index alarms_one_open on alarms (site, rule) where state <> 'closed';
  create index alarms_by_state on alarms (state) where state <> 'closed';
  create index alarms_by_time on alarms (raised_at);
  create index alarms_by_site on alarms (site, raised_at);

  create table activations (
    n integer primary key,
    occurrence text not null unique,
    alarm text not null references alarms (id),
    from_at integer not null,
    to_at integer
  ) strict;
  create index activations_by_alarm on activations (alarm, from_at);

  create table transitions (
    occurrence text not null,
    n integer not null,
    kind text not null,
    received_at integer not null,
    primary key (occurrence, n)
  ) strict, without rowid;

  create table notes (
    n integer primary key,
    alarm text not null references alarms (id),
    at integer not null,
    by text not null,
    text text not null
  ) strict;
  create index notes_by_alarm on notes (alarm);

  create table escalations (
    alarm text primary key references alarms (id),
    round integer not null,
    step integer not null,
    due_at integer not null,
    first_round integer not null
  ) strict;
  create index escalations_by_due on escalations (due_at);

  create table notices (
    n integer primary key,
    id text not null unique,
    alarm text not null references alarms (id),
    kind text not null,
    round integer not null,
    step integer not null,
    person text not null,
    channel text not null,
    state text not null,
    attempts integer not null default 0,
    queued_at integer not null,
    accepted_at integer,
    answer text,
    retry_at integer,
    lease_until integer,
    unique (alarm, kind, round, step, person, channel)
  ) strict;
  create index notices_waiting on notices (state) where state in ('queued', 'sending');

  create table notice_tokens (
    token_hash text primary key,
    notice text not null references notices (id),
    by text not null,
    created_at integer not null
  ) strict;

  create table ledger (
    n integer primary key,
    at integer not null,
    actor_kind text not null,
    actor_name text not null,
    act text not null,
    subject text not null,
    detail text not null,
    prev text not null,
    hash text not null
  ) strict;
  create index ledger_by_subject on ledger (subject, n);
  create trigger ledger_keeps_rows before delete on ledger begin select raise(abort, 'ledger rows are never deleted'); end;
  create trigger ledger_keeps_words before update on ledger begin select raise(abort, 'ledger rows are never changed'); end;
  `,
  `
  alter table notices add column name text not null default '';
  update notices set name = person;
  `,
  `
  create table gateway_certificates (
    serial text primary key,
    site text not null,
    origin text not null,
    pem text not null,
    issued_at integer not null,
    not_after integer not null,
    seen_at integer,
    revoked_at integer,
    revoked_by text,
    revoke_reason text
  ) strict;
  create index gateway_certificates_by_site on gateway_certificates (site, issued_at);

  create table enrol_tokens (
    id text primary key,
    key text not null,
    site text not null,
    created_at integer not null,
    expires_at integer not null,
    failures integer not null default 0,
    voided_at integer,
    used_at integer,
    serial text
  ) strict;
  create index enrol_tokens_by_time on enrol_tokens (created_at);
  `,
  `
  create table site_configs (
    site text not null,
    version integer not null,
    content text not null,
    sha256 text not null,
    issued_at integer not null,
    by text not null,
    copy_of integer,
    report text,
    primary key (site, version)
  ) strict, without rowid;

  create table site_config_reports (
    site text primary key,
    report text not null,
    received_at integer not null
  ) strict, without rowid;
  `,
  // What an alarm's time is worth, from gateways that can say.
  'alter table alarms add column clock text;',
  // The signals an alarm of a whole site rests on.
  'alter table alarms add column because text;',
  // What people found out about alarms, and what the gateways made of it.
  `
  create table feedback (
    n integer primary key,
    id text not null unique,
    alarm text not null references alarms (id),
    site text not null,
    feedback text not null,
    requested_at integer not null,
    state text not null,
    answered_at integer,
    answer text
  ) strict;
  create index feedback_by_alarm on feedback (alarm, n);
  create index feedback_pending on feedback (site) where state = 'pending';
  `,
  // LIFE: latching, suppression, numbers and timers of alarms.
  '',
  // ROSTER: versions of the roster, proofs of contacts, check-ins, spot checks.
  '',
  // ESCALATE: delivery of messages, codes, messages that belong to no alarm, budgets of channels, storms.
  '',
  // CHANNELS: subscriptions for push messages.
  '',
  // WATCHMAN: replies and their locks, heartbeats.
  '',
  // EDGE: what gateways did alone, duty sheets that were sent.
  '',
  // PROOF: daily roots.
  '',
]
