import type { shell as first } from './shell-zh-cn.ts'

const many = (n: number, one: string, other: string) => `${n} ${n === 1 ? one : other}`

/** Words of what every screen stands in, in English. */
export const shell: typeof first = {
  keys: {
    next: 'next alarm',
    previous: 'previous alarm',
    open: 'open the selected alarm',
    acknowledge: 'acknowledge the selected alarm',
    shelve: 'shelve the selected alarm',
    leave: 'back',
    go: 'then a letter: to another screen',
    hush: 'silence for 2 minutes, but for new red',
    wall: 'wall mode',
    help: 'show this help',
  },
  keyNames: { Space: 'Space', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' },
  onEveryPage: 'On every screen',
  onThisPage: 'On this screen',
  goTo: 'g and a letter: go to',
  goNow: 'Press a letter to go there; Esc to stay',
  menu: 'All screens',
  openAlarms: (word, open) => `${word}: ${open} open, show the alarms`,
  hush: {
    start: 'silence for 2 minutes, but for new red',
    left: (span) => `silenced, ${span} left`,
    end: 'sound again',
    tool: 'Silence',
  },
  update: {
    text: 'The control room was updated. Reload the page, so that it shows nothing old.',
    reload: 'Reload',
  },
  unreadable: {
    text: (count) =>
      `${many(count, 'message', 'messages')} came that this page cannot read; what it shows may be incomplete. Reload; if it happens again, ask the administrator to compare the versions of server and page.`,
    reload: 'Reload',
  },
  broken: {
    title: 'This screen has failed',
    what: 'The rest still works: the alarm counts above and the sound go on. Try again, go back to the overview, or reload.',
    again: 'Try again',
    back: 'To the overview',
    reload: 'Reload',
  },
  faults: (count) => `${many(count, 'fault', 'faults')} since this page was opened`,
  refused: (count) => `${many(count, 'message', 'messages')} not understood`,
  lastFault: 'the last',
  version: (version) => `control room ${version}`,
  wall: 'Wall mode · F to leave',
  languageFailed: 'The language did not load; please try again later.',
}
