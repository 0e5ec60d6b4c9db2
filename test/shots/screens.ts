/** What a screen is called in the names of pictures, and the part of its address after `#`. */
export interface ScreenOf {
  readonly name: string
  readonly hash: string
}

/** Every screen of the page for somebody who has signed in. `alarm`, `site` and `point` (`site/device/point`) are what is looked at. */
export function screensOf(at: { readonly alarm: string; readonly site: string; readonly point: string }): ScreenOf[] {
  const [alarm, site] = [encodeURIComponent(at.alarm), encodeURIComponent(at.site)]
  return [
    { name: 'overview', hash: '/' },
    { name: 'alarms', hash: '/alarms' },
    { name: 'alarm', hash: `/alarms/${alarm}` },
    { name: 'sites', hash: '/sites' },
    { name: 'site', hash: `/sites/${site}` },
    { name: 'trends', hash: `/trends?p=${at.point}&span=1h` },
    { name: 'duty', hash: '/duty' },
    { name: 'handover', hash: '/handover' },
    { name: 'rules', hash: '/rules' },
    { name: 'quality', hash: '/quality' },
    { name: 'suppressions', hash: '/suppressions' },
    { name: 'system', hash: '/system' },
    { name: 'ledger', hash: '/ledger' },
    { name: 'gateways', hash: '/gateways' },
    { name: 'phone', hash: '/phone' },
  ]
}
