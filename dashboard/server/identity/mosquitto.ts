import { OWN_LANES, type OwnLane } from '../../../core/contract/topics.ts'
import { CONTROL_NAME, type OwnPair } from './authority.ts'

/** What Mosquitto is to be told. */
export interface MosquittoFacts {
  readonly group: string
  /** Folder the files will lie in, as Mosquitto sees it. */
  readonly folder: string
  readonly port: number
  readonly pair: OwnPair
  /** The list of revoked certificates, PEM. */
  readonly revoked: string
}

/** A file to write: its text, and whether only the broker may read it. */
export interface MosquittoFile {
  readonly name: string
  readonly text: string
  readonly isSecret: boolean
}

/** A lane is spoken on by the gateway or by the control room, never by both. */
const TO_GATEWAY: readonly OwnLane[] = ['receipt', 'clock-answer', 'config', 'duty', 'alarm-word']

/** Everything a Mosquitto needs to know gateways by their certificates, and to let each speak for its own site alone. */
export function mosquittoFiles(facts: MosquittoFacts): readonly MosquittoFile[] {
  const { pair, revoked } = facts
  return [
    { name: 'pitwatch.conf', text: configText(facts), isSecret: false },
    { name: 'pitwatch.acl', text: aclText(facts.group), isSecret: false },
    { name: 'ca.pem', text: pair.ca, isSecret: false },
    { name: 'server.pem', text: pair.cert, isSecret: false },
    { name: 'server.key', text: pair.key, isSecret: true },
    { name: 'crl.pem', text: revoked, isSecret: false },
  ]
}

function configText({ folder, port }: MosquittoFacts): string {
  return lines(
    '# Made by `pitwatch enrol mosquitto`; made again by it. Gateways and the control room are known by their certificates.',
    `listener ${port}`,
    `cafile ${folder}/ca.pem`,
    `certfile ${folder}/server.pem`,
    `keyfile ${folder}/server.key`,
    '# Read again on SIGHUP.',
    `crlfile ${folder}/crl.pem`,
    'require_certificate true',
    'use_identity_as_username true',
    'allow_anonymous false',
    `acl_file ${folder}/pitwatch.acl`,
    "# The gateway's store and the control room's receipts are the memory; the broker keeps nothing on disk.",
    'persistence false',
    '# A picture of up to 1 MB with its topic.',
    'max_packet_size 1049600',
    'max_inflight_messages 64',
    'max_queued_messages 1000',
    'log_dest stderr',
    'log_type error',
    'log_type warning',
    'log_type notice',
  )
}

function aclText(group: string): string {
  const node = (type: string) => `spBv1.0/${group}/${type}/%u`
  const own = `pitwatch/v1/${group}/%u`
  const fromGateway = OWN_LANES.filter((lane) => !TO_GATEWAY.includes(lane))
  return lines(
    '# The name in a certificate (CN) is the id of a site, and reaches that site alone.',
    ...['NBIRTH', 'NDATA', 'NDEATH'].map((type) => `pattern write ${node(type)}`),
    ...['DBIRTH', 'DDATA', 'DDEATH'].map((type) => `pattern write ${node(type)}/+`),
    `pattern read ${node('NCMD')}`,
    `pattern read ${node('DCMD')}/+`,
    'pattern read spBv1.0/STATE/+',
    ...fromGateway.map((lane) => `pattern write ${own}/${lane}`),
    `pattern write ${own}/evidence/+`,
    ...TO_GATEWAY.map((lane) => `pattern read ${own}/${lane}`),
    `pattern readwrite ${own}/command/+`,
    '',
    `user ${CONTROL_NAME}`,
    `topic readwrite spBv1.0/${group}/#`,
    'topic readwrite spBv1.0/STATE/+',
    `topic readwrite pitwatch/v1/${group}/#`,
  )
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
