import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What a Debian package must have brought for the tests to run. */
type Provides =
  | { readonly kind: 'program'; readonly name: string }
  | { readonly kind: 'python-module'; readonly name: string }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'font-for'; readonly language: string }

/** A Debian package the tests start or draw with, and how to see that it is there. */
export interface Needed {
  readonly debian: string
  readonly provides: Provides
}

/** Every Debian package the tests need beside what `npm ci` brings. */
export const NEEDED: readonly Needed[] = [
  { debian: 'influxdb', provides: { kind: 'program', name: 'influxd' } },
  { debian: 'victoria-metrics', provides: { kind: 'program', name: 'victoria-metrics' } },
  { debian: 'mosquitto', provides: { kind: 'program', name: 'mosquitto' } },
  { debian: 'openssl', provides: { kind: 'program', name: 'openssl' } },
  { debian: 'python3-pymodbus', provides: { kind: 'python-module', name: 'pymodbus' } },
  { debian: 'python3-serial', provides: { kind: 'python-module', name: 'serial' } },
  { debian: 'python3-serial-asyncio', provides: { kind: 'python-module', name: 'serial_asyncio' } },
  { debian: 'socat', provides: { kind: 'program', name: 'socat' } },
  { debian: 'gcc', provides: { kind: 'program', name: 'gcc' } },
  { debian: 'libc6-dev', provides: { kind: 'header', name: 'stdio.h' } },
  { debian: 'libmodbus-dev', provides: { kind: 'header', name: 'modbus/modbus.h' } },
  { debian: 'mbpoll', provides: { kind: 'program', name: 'mbpoll' } },
  { debian: 'ser2net', provides: { kind: 'program', name: 'ser2net' } },
  { debian: 'tshark', provides: { kind: 'program', name: 'tshark' } },
  { debian: 'chromium', provides: { kind: 'program', name: 'chromium' } },
  { debian: 'ffmpeg', provides: { kind: 'program', name: 'ffmpeg' } },
  { debian: 'curl', provides: { kind: 'program', name: 'curl' } },
  { debian: 'faketime', provides: { kind: 'program', name: 'faketime' } },
  { debian: 'fontconfig', provides: { kind: 'program', name: 'fc-list' } },
  { debian: 'fonts-noto-cjk', provides: { kind: 'font-for', language: 'zh-cn' } },
]

/** Debian's own interpreter; another python3 first in PATH does not see Debian's modules. */
const PYTHON = '/usr/bin/python3'
/** Where Debian puts what a C program includes. */
const HEADERS = '/usr/include'
/** Folders of daemons, which a person's PATH often lacks. */
const DAEMON_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin']

/** Whether what the package brings is on this machine, whoever installed it. */
export function isProvided(provides: Provides): boolean {
  switch (provides.kind) {
    case 'program':
      return [...(process.env.PATH ?? '').split(delimiter), ...DAEMON_FOLDERS].some(
        (folder) => folder !== '' && existsSync(join(folder, provides.name)),
      )
    case 'python-module':
      return succeeds(PYTHON, ['-c', `import ${provides.name}`])
    case 'header':
      return existsSync(join(HEADERS, provides.name))
    case 'font-for': {
      const found = spawnSync('fc-list', [`:lang=${provides.language}`], { encoding: 'utf8' })
      return found.status === 0 && found.stdout.trim() !== ''
    }
  }
}

/** Names of the packages that are not there, in the order of NEEDED. */
export function missingPackages(needed: readonly Needed[] = NEEDED): string[] {
  return needed.filter((one) => !isProvided(one.provides)).map((one) => one.debian)
}

/** The one command with which a person installs `packages`. */
export function installCommand(packages: readonly string[]): string {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`
}

/**
 * The script that installs `packages` as root. Debian's packages start their daemons when installed; a policy-rc.d says
 * no, and is put there (and taken away again) only where the machine has none of its own.
 */
export function installScript(packages: readonly string[], guard = '/usr/sbin/policy-rc.d'): string {
  return [
    'set -e',
    'export DEBIAN_FRONTEND=noninteractive',
    `if [ ! -e ${guard} ]; then`,
    `  trap 'rm -f ${guard}' EXIT`,
    `  printf '#!/bin/sh\\nexit 101\\n' > ${guard}`,
    `  chmod 755 ${guard}`,
    'fi',
    installCommand(packages),
  ].join('\n')
}

/** How this user becomes root without being asked anything: directly, by sudo, or (null) not at all. */
export function rootShell(): readonly string[] | null {
  if (process.getuid?.() === 0) return ['sh', '-c']
  return succeeds('sudo', ['-n', 'true']) ? ['sudo', '-n', 'sh', '-c'] : null
}

function succeeds(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}
