/** Who may sign in to the scripted control room. */
export const USER = { user: 'operator', password: 'a-night-in-january', role: 'operator' } as const
export const LEADER = { user: 'leader', password: 'who-leads-the-night', role: 'administrator' } as const
export const VIEWER = { user: 'viewer', password: 'only-looks-at-it', role: 'viewer' } as const
export const PEOPLE = [USER, LEADER, VIEWER] as const
