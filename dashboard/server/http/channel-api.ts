/** Routes of the ways messages go out: lamps, test calls, subscriptions. */
export const CHANNEL_API = {} as const
