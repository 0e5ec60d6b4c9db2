import type { RuleWords } from './words.ts'

export const cameraBlindedWords: RuleWords = {
  type: 'camera-blinded',
  name: { 'zh-CN': '摄像机失明', en: 'Camera blinded' },
  headline: {
    usual: { 'zh-CN': () => '摄像机失明', en: () => 'camera blinded' },
    lost: { 'zh-CN': () => '视频中断', en: () => 'no picture' },
  },
  'zh-CN': {
    'raised-tampered': (t) =>
      `摄像机报告画面被遮挡、转动或失焦，${t.clock('since')} 起已 ${t.duration('heldS')}。请派人到现场查看。`,
    'raised-lost': (t) => `摄像机画面中断，${t.clock('since')} 起已 ${t.duration('heldS')}。此方向目前失去监视。`,
    'cleared-tampered': (t) => `摄像机画面恢复已 ${t.duration('heldS')}。仍须核实镜头方向是否正确。`,
    'cleared-lost': (t) => `摄像机画面恢复已 ${t.duration('heldS')}。`,
  },
  en: {
    'raised-tampered': (t) =>
      `The camera says that it was covered, turned or defocused, since ${t.clock('since')}, for ${t.duration('heldS')}. Send somebody to look.`,
    'raised-lost': (t) =>
      `The camera has no picture since ${t.clock('since')}, for ${t.duration('heldS')}. Nobody is watching this side now.`,
    'cleared-tampered': (t) =>
      `The camera’s picture has been back for ${t.duration('heldS')}. It still has to be checked where it points.`,
    'cleared-lost': (t) => `The camera’s picture has been back for ${t.duration('heldS')}.`,
  },
}
