/** What people call the place whose alarms are those of the control room about itself. */
export const CONTROL_ROOM_NAME = { 'zh-CN': '监控中心', en: 'Control room' } as const
