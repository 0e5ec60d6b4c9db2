import { z } from 'zod'

/** 红 act, 橙 likely, 黄 check, 蓝 notice. */
export const Priority = z.enum(['red', 'orange', 'yellow', 'blue'])
export type Priority = z.infer<typeof Priority>
