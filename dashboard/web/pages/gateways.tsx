import { useState } from 'preact/hooks'
import type { GatewayCertificate, Identities } from '../../../core/contract/identity.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { DataTable } from '../parts/data-table.tsx'
import { RevokeForm, type Revoking } from '../parts/revoke-form.tsx'
import { TokenForm } from '../parts/token-form.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { useZone } from '../parts/use-zone.ts'

/** For administrators: who may connect with a certificate, who has been asked to, and who was turned away. */
export function GatewaysPage() {
  const { api, live } = usePage()
  const texts = useTexts()
  const [revoking, setRevoking] = useState<Revoking | null>(null)
  const fetched = useFetched('identities', live.state.value.epoch, (signal) => api.identities(signal))
  const { data, error } = fetched
  return (
    <div class="page">
      <div class="page-head">
        <h1>{texts.gateways.title}</h1>
        <p class="hint">{texts.gateways.about}</p>
      </div>
      {data === null ? (
        <p class="empty" role="status">
          {error === null ? texts.loading : texts.failed(errorText(error, texts))}
        </p>
      ) : (
        <>
          {data.issues ? <TokenForm issued={() => fetched.again()} /> : <p class="empty">{texts.gateways.elsewhere}</p>}
          <Certificates identities={data} revoke={setRevoking} />
          <Tokens tokens={data.tokens} />
          <Refusals refusals={data.refusals} />
        </>
      )}
      {revoking !== null && (
        <RevokeForm
          revoking={revoking}
          close={() => {
            setRevoking(null)
            fetched.again()
          }}
        />
      )}
    </div>
  )
}

function Certificates({
  identities: { authority, certificates },
  revoke,
}: {
  readonly identities: Identities
  readonly revoke: (asked: Revoking) => void
}) {
  const { times } = usePage()
  const { gateways } = useTexts()
  const zone = useZone(null)
  const heads = [
    gateways.site,
    gateways.state,
    gateways.origin,
    gateways.issuedAt,
    gateways.notAfter,
    gateways.seenAt,
    gateways.serial,
  ]
  return (
    <section class="panel" aria-labelledby="certificates-title">
      <h2 class="panel-title" id="certificates-title">
        {gateways.certificates}
        {authority !== null && (
          <span class="panel-note" title={authority.fingerprint}>
            {gateways.authority(authority.fingerprint.slice(0, 16), times(zone).date(authority.notAfter))}
          </span>
        )}
      </h2>
      {certificates.length === 0 ? (
        <p class="empty">{gateways.none}</p>
      ) : (
        <DataTable label={gateways.certificates} kind="gateways-table" heads={[...heads, null]}>
          {certificates.map((certificate) => (
            <CertificateRow key={certificate.serial} certificate={certificate} revoke={revoke} />
          ))}
        </DataTable>
      )}
    </section>
  )
}

function CertificateRow({
  certificate,
  revoke,
}: {
  readonly certificate: GatewayCertificate
  readonly revoke: (asked: Revoking) => void
}) {
  const { times, live } = usePage()
  const { gateways } = useTexts()
  const shown = times(useZone(null))
  const { site, serial, origin, issuedAt, notAfter, seenAt, revoked } = certificate
  const state = stateOf(certificate, live.now.value)
  return (
    <tr data-site={site} data-state={state}>
      <th scope="row">{site}</th>
      <td>
        {gateways.states[state]}
        {revoked !== null && (
          <span class="soft"> {gateways.revokedBy(revoked.by.name, shown.full(revoked.at), revoked.reason)}</span>
        )}
      </td>
      <td>{gateways.origins[origin]}</td>
      <td>{shown.date(issuedAt)}</td>
      <td>{shown.date(notAfter)}</td>
      <td>{seenAt === null ? '' : shown.full(seenAt)}</td>
      <td>
        <code class="hash" title={serial}>
          {serial.slice(0, 10)}
        </code>
      </td>
      <td class="gateways-acts">
        {revoked === null && (
          <>
            <button class="button" type="button" onClick={() => revoke({ site, serial })}>
              {gateways.revoke}
            </button>{' '}
            <button class="button" type="button" onClick={() => revoke({ site, serial: null })}>
              {gateways.revokeAll}
            </button>
          </>
        )}
      </td>
    </tr>
  )
}

function stateOf({ revoked, notAfter, seenAt }: GatewayCertificate, now: number) {
  if (revoked !== null) return 'revoked'
  if (notAfter < now) return 'expired'
  return seenAt === null ? 'unseen' : 'valid'
}

function Tokens({ tokens }: { readonly tokens: Identities['tokens'] }) {
  const { times } = usePage()
  const { gateways } = useTexts()
  const shown = times(useZone(null))
  return (
    <section class="panel" aria-labelledby="tokens-title">
      <h2 class="panel-title" id="tokens-title">
        {gateways.tokens}
      </h2>
      {tokens.length === 0 ? (
        <p class="empty">{gateways.noTokens}</p>
      ) : (
        <table class="table gateways-table">
          <thead>
            <tr>
              {[gateways.site, gateways.state, gateways.created, gateways.expires].map((word) => (
                <th key={word} scope="col">
                  {word}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {tokens.map(({ site, state, createdAt, expiresAt }) => (
              <tr key={`${site} ${createdAt}`}>
                <th scope="row">{site}</th>
                <td>{gateways.tokenStates[state]}</td>
                <td>{shown.full(createdAt)}</td>
                <td>{shown.full(expiresAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function Refusals({ refusals }: { readonly refusals: Identities['refusals'] }) {
  const { gateways } = useTexts()
  const counted = Object.entries(refusals)
  return (
    <section class="panel" aria-labelledby="refusals-title">
      <h2 class="panel-title" id="refusals-title">
        {gateways.refusals}
      </h2>
      {counted.length === 0 ? (
        <p class="empty">{gateways.noRefusals}</p>
      ) : (
        <table class="table gateways-table">
          <tbody>
            {counted.map(([reason, count]) => (
              <tr key={reason}>
                <th scope="row">{wordFor(gateways.refusalReasons, reason)}</th>
                <td class="is-number">{count}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function wordFor(words: Readonly<Record<string, string>>, reason: string): string {
  return words[reason] ?? reason
}
