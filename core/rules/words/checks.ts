import type { CheckItem } from '../../contract/activity.ts'
import type { Bilingual } from '../../contract/text.ts'

/** The eight checks (八查) as an inspector asks them; 0 = the rule guards the watching itself. */
export const CHECK_QUESTIONS: Readonly<Record<CheckItem, Bilingual>> = {
  0: { 'zh-CN': '守护监测自身', en: 'Guards the watching itself' },
  1: { 'zh-CN': '一查用电是否异常', en: '1 Is power used in an unusual way?' },
  2: { 'zh-CN': '二查煤场收货渠道是否正规', en: '2 Where does the coal yard’s coal come from?' },
  3: { 'zh-CN': '三查露头煤线有无开采迹象', en: '3 Are there signs of digging along the outcrops?' },
  4: { 'zh-CN': '四查偏僻路段有无运煤痕迹', en: '4 Are there traces of lorries on remote roads?' },
  5: { 'zh-CN': '五查圈占场地有无设备和生产迹象', en: '5 Is there machinery or work on fenced ground?' },
  6: { 'zh-CN': '六查关闭井口是否填实填死', en: '6 Are closed shafts filled and sealed?' },
  7: { 'zh-CN': '七查有无遮挡构筑物、暗道暗口', en: '7 Is anything screened off, or a hidden mouth?' },
  8: { 'zh-CN': '八查有无非法务工人员', en: '8 Are there people who have no business there?' },
}
