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
  `
  alter table alarms add column number text not null default '';
  alter table alarms add column latched integer not null default 0;
  alter table alarms add column late integer not null default 0;
  alter table alarms add column rule_version text;
  alter table alarms add column return_rule_version text;
  alter table alarms add column sampled_at integer;
  alter table alarms add column stored_at integer;
  alter table alarms add column suppressions text not null default '[]';
  alter table alarms add column suppressed_until integer;
  alter table alarms add column held integer not null default 0;
  alter table alarms add column re_alarm_at integer;
  alter table alarms add column announce_at integer;
  alter table alarms add column assignee text;
  alter table alarms add column findings text not null default '[]';
  alter table alarms add column raises integer not null default 1;
  alter table alarms add column chattering integer not null default 0;
  alter table alarms add column quality text not null default 'good';

  create table alarm_numbers (day text primary key, last integer not null) strict, without rowid;
  create table shelvings (n integer primary key, site text not null, rule text not null, at integer not null) strict;
  create index shelvings_by_rule on shelvings (site, rule, at);

  update alarms set number = 'PW-' || day || '-' || printf('%04d', place) from (
    select id, day, row_number() over (partition by day order by received_at, id) as place from (
      select id, received_at, strftime('%Y%m%d', received_at / 1000 + 28800, 'unixepoch') as day from alarms
    )
  ) as counted where counted.id = alarms.id;
  update alarms set
    raises = max(1, (select count(*) from activations where activations.alarm = alarms.id)),
    re_alarm_at = case when state = 'acked' and priority <> 'blue' then
      coalesce(json_extract(acknowledgement, '$.at'), received_at)
        + case priority when 'red' then 900000 when 'orange' then 3600000 else 28800000 end end;
  insert into alarm_numbers
    select substr(number, 4, 8), count(*) from alarms group by substr(number, 4, 8);

  create unique index alarms_by_number on alarms (number);
  create index alarms_newest on alarms (site, rule, raised_at);
  create index alarms_by_expiry on alarms (suppressed_until) where suppressed_until is not null;
  create index alarms_by_re_alarm on alarms (re_alarm_at) where re_alarm_at is not null;
  create index alarms_by_late_due on alarms (announce_at) where announce_at is not null;
  `,
  // ROSTER: versions of the roster, proofs of contacts, check-ins, spot checks.
  `
  create table rosters (
    version integer primary key,
    document text not null,
    file_hash text,
    by text not null,
    at integer not null
  ) strict;

  create table contact_proofs (
    person text not null,
    channel text not null,
    address text not null,
    proven_at integer not null,
    primary key (person, channel)
  ) strict, without rowid;

  create table contact_codes (
    n integer primary key,
    person text not null,
    channel text not null,
    address text not null,
    code text not null,
    sent_at integer not null,
    tries integer not null default 0,
    used_at integer
  ) strict;
  create index contact_codes_by_contact on contact_codes (person, channel, n);

  create table check_ins (
    n integer primary key,
    person text not null,
    role text not null,
    shift_at integer not null,
    at integer not null,
    via text not null,
    on_site integer not null,
    unique (person, role, shift_at, on_site)
  ) strict;
  create index check_ins_by_time on check_ins (at);
  create index check_ins_by_shift on check_ins (role, shift_at);

  create table spot_plans (
    role text not null,
    shift_at integer not null,
    place integer not null,
    due_at integer not null,
    done integer not null default 0,
    primary key (role, shift_at, place)
  ) strict, without rowid;
  create index spot_plans_due on spot_plans (due_at) where done = 0;

  create table spot_checks (
    n integer primary key,
    id text not null unique,
    person text not null,
    role text not null,
    sent_at integer not null,
    code text not null,
    answered_at integer,
    verdict text not null
  ) strict;
  create index spot_checks_by_time on spot_checks (sent_at);
  create index spot_checks_waiting on spot_checks (person) where verdict = 'waiting';
  `,
  // ESCALATE: delivery of messages, codes, messages that belong to no alarm, budgets of channels, storms.
  `
  create table notices_anew (
    n integer primary key,
    id text not null unique,
    key text not null unique,
    alarm text references alarms (id),
    memo text,
    kind text not null,
    urgency integer not null,
    bundle text,
    round integer not null,
    step integer not null,
    person text not null,
    name text not null,
    channel text not null,
    medium text not null,
    state text not null,
    attempts integer not null default 0,
    queued_at integer not null,
    hold_until integer not null,
    retry_at integer not null default 0,
    lease_until integer,
    owner text,
    batch text,
    sent_at integer,
    accepted_at integer,
    delivered_at integer,
    seen_at integer,
    body_hash text,
    answer text,
    ref text,
    code text,
    by_edge integer not null default 0
  ) strict;
  insert into notices_anew (n, id, key, alarm, kind, urgency, round, step, person, name, channel, medium, state, attempts,
      queued_at, hold_until, accepted_at, answer)
    select n, id, alarm || '|' || kind || '|' || round || '|' || step || '|' || person || '|' || channel, alarm, kind,
      1, round, step, person, name, channel, 'webhook', case state when 'sending' then 'queued' else state end, attempts,
      queued_at, queued_at, accepted_at, answer
    from notices;
  create table tokens_kept as select * from notice_tokens;
  drop table notice_tokens;
  drop table notices;
  alter table notices_anew rename to notices;
  create table notice_tokens (
    token_hash text primary key,
    notice text not null references notices (id),
    by text not null,
    created_at integer not null
  ) strict;
  insert into notice_tokens select * from tokens_kept;
  drop table tokens_kept;
  create index notices_by_alarm on notices (alarm, n);
  create index notices_queued on notices (channel, urgency, hold_until, n) where state = 'queued';
  create index notices_bundled on notices (channel, person, bundle, hold_until) where state = 'queued';
  create index notices_in_hand on notices (lease_until) where state = 'sending';
  create index notices_by_ref on notices (channel, ref) where ref is not null;
  create index notices_by_code on notices (person, code) where code is not null;
  create index notices_by_sent on notices (channel, sent_at);

  alter table escalations add column kind text not null default 'raise';
  alter table escalations add column urgency integer not null default 1;
  create index escalations_by_urgency on escalations (urgency, due_at);

  create table announcements (
    n integer primary key autoincrement,
    alarm text not null references alarms (id),
    kind text not null,
    quietly integer not null,
    at integer not null
  ) strict;
  create index announcements_by_alarm on announcements (alarm);

  create table channel_sends (
    batch text primary key,
    channel text not null,
    begun integer not null,
    ended integer
  ) strict;
  create index channel_sends_by_end on channel_sends (channel, ended);

  create table channel_penalties (
    channel text primary key,
    until integer not null,
    why text not null
  ) strict;

  create table dispatch_state (
    one integer primary key check (one = 1),
    run text not null,
    boot text not null,
    mono integer not null,
    wall integer not null,
    t integer not null,
    storm_since integer
  ) strict;
  create index alarms_by_receipt on alarms (received_at);
  `,
  // CHANNELS: subscriptions for push messages, and the lamps as they were.
  `
  create table push_subscriptions (
    n integer primary key,
    endpoint_hash text not null unique,
    user text not null,
    subscription text not null,
    created_at integer not null
  ) strict;
  create index push_subscriptions_by_user on push_subscriptions (user, n);

  create table channel_lamps (
    channel text primary key,
    facts text not null
  ) strict, without rowid;
  `,
  // WATCHMAN: replies and their locks, heartbeats, what the watchman has told.
  `
  create table replies (
    key text primary key,
    at integer not null,
    number text not null,
    medium text not null,
    person text,
    code text,
    alarm text,
    outcome text not null,
    is_answered integer not null
  ) strict, without rowid;
  create index replies_by_number on replies (number, at);
  create index replies_by_code on replies (person, code) where code is not null;
  create index replies_by_time on replies (at);

  create table heartbeats (name text primary key, at integer not null) strict, without rowid;

  create table watchman_told (key text primary key, at integer not null) strict, without rowid;
  `,
  // EDGE: what gateways did alone, duty sheets that were sent.
  `
  create table edge_acts (
    occurrence text not null,
    n integer not null,
    act text not null,
    received_at integer not null,
    applied_at integer,
    primary key (occurrence, n)
  ) strict, without rowid;
  create index edge_acts_waiting on edge_acts (occurrence) where applied_at is null;

  create table duty_sheets (
    site text primary key,
    version integer not null,
    hash text not null,
    sheet text not null
  ) strict, without rowid;
  `,
  // PROOF: daily roots, and what alarm quality is counted by.
  `
  create table daily_roots (
    day text primary key,
    first_n integer not null,
    last_n integer not null,
    entries integer not null,
    root text not null,
    at integer not null
  ) strict;
  create trigger daily_roots_stay before delete on daily_roots begin select raise(abort, 'roots are never deleted'); end;
  create trigger daily_roots_keep before update on daily_roots begin select raise(abort, 'roots are never changed'); end;
  create index daily_roots_by_entry on daily_roots (last_n);
  create index ledger_answers on ledger (subject, act, at)
    where act in ('alarm-acknowledged', 'alarm-finding', 'alarm-reset');
  create index ledger_suppressions on ledger (at)
    where act in ('alarm-shelved', 'alarm-suppressed', 'alarm-out-of-service', 'alarm-suppression-ended');
  create index if not exists alarms_by_receipt on alarms (received_at);
  create index notices_by_time on notices (queued_at);
  `,
  // ACCESS: whose sites a user sees, what is known of a session (one from before is locked), second factors.
  `
  alter table users add column scope text not null default '{"of":"county"}';

  alter table sessions add column used_at integer not null default 0;
  alter table sessions add column acted_at integer not null default 0;
  alter table sessions add column address text not null default '';
  alter table sessions add column agent text not null default '';
  alter table sessions add column is_desk integer not null default 0;
  alter table sessions add column has_second integer not null default 0;
  create index sessions_by_user on sessions (user);

  create table second_factors (
    user text primary key references users (name) on delete cascade,
    secret blob not null,
    confirmed_at integer,
    last_step integer not null
  ) strict;

  create table recovery_codes (
    user text not null references users (name) on delete cascade,
    hash text not null,
    primary key (user, hash)
  ) strict, without rowid;
  `,
  // MAP: layers that were brought.
  `
  create table map_layers (
    id text primary key,
    place integer not null,
    title text not null,
    role text not null,
    datum text not null,
    boundary integer not null,
    review text,
    extent text not null,
    bytes integer not null,
    vertices integer not null,
    added_at integer not null,
    by text not null
  ) strict, without rowid;
  `,
  // DUTY: records of hand-overs, which no program changes once both crews have signed.
  `
  create table handovers (
    id text primary key,
    began_at integer not null,
    state text not null,
    content text not null,
    signatures text not null,
    addenda text not null
  ) strict, without rowid;
  create index handovers_by_time on handovers (began_at);
  create trigger handovers_stay before delete on handovers begin select raise(abort, 'hand-overs are never deleted'); end;
  create trigger handovers_keep before update on handovers
    when old.state in ('signed-in', 'locked') and (new.content <> old.content or new.state not in ('signed-in', 'locked')
      or (old.state = 'locked' and new.state <> 'locked'))
    begin select raise(abort, 'what both crews have signed is never changed'); end;
  create table handover_watch (one integer primary key check (one = 1), since integer not null) strict;
  `,
  // SITES: every version of every site's file in the register.
  `
  create table site_files (
    site text not null,
    version integer not null,
    at integer not null,
    by text not null,
    via text not null,
    fields text not null,
    file text not null,
    primary key (site, version)
  ) strict, without rowid;
  create trigger site_files_stay before delete on site_files begin select raise(abort, 'files of sites are never deleted'); end;
  create trigger site_files_keep before update on site_files begin select raise(abort, 'files of sites are never changed'); end;
  `,
  // RULES: what gateways run with, their rules, what was changed in them, and what was rehearsed.
  `
  create table running_configs (
    site text primary key,
    version integer not null,
    sha256 text not null,
    told_at integer not null,
    is_told integer not null,
    read_by text not null,
    faults text not null,
    missing text not null,
    content text not null
  ) strict;

  create table site_rules (
    site text not null,
    rule text not null,
    type text not null,
    priority text not null,
    is_armed integer not null,
    words text not null,
    sheet text not null
  ) strict;
  create unique index site_rules_by_rule on site_rules (site, rule);
  create index site_rules_by_type on site_rules (type, site, priority, is_armed);

  create table rule_changes (
    n integer primary key,
    site text not null,
    rule text not null,
    at integer not null,
    by text,
    version integer not null,
    before text,
    after text
  ) strict;
  create index rule_changes_by_rule on rule_changes (site, rule, n);

  create table rule_saves (
    site text not null,
    version integer not null,
    rule text not null,
    reason text not null,
    second text,
    primary key (site, version)
  ) strict, without rowid;

  create table rehearsals (
    n integer primary key,
    id text not null unique,
    site text not null,
    rule text not null,
    by text not null,
    asked_at integer not null,
    finished_at integer,
    state text not null,
    days integer not null,
    learn_days integer not null,
    base text not null,
    proposed text not null,
    before text not null,
    after text not null,
    fault text,
    result text
  ) strict;
  create index rehearsals_by_rule on rehearsals (site, rule, n);
  `,
]
