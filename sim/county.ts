import type { SimSite } from './site.ts'
import { BAIYA_QUARRY } from './sites/baiya-quarry.ts'
import { BEIGOU_PIT } from './sites/beigou-pit.ts'
import { HONGNI_SUMP } from './sites/hongni-sump.ts'
import { LIUSHU_SHAFT } from './sites/liushu-shaft.ts'
import { SHIPO_PIT } from './sites/shipo-pit.ts'
import { SONGLING_MINE } from './sites/songling-mine.ts'
import { WANGTAI_TOWER } from './sites/wangtai-tower.ts'

/** The Sparkplug group of the fictional county. */
export const COUNTY = 'yunxu-county'

/** Every site of the fictional county. No such place, pit or person exists. */
export const COUNTY_SITES: readonly SimSite[] = [
  BEIGOU_PIT,
  SHIPO_PIT,
  LIUSHU_SHAFT,
  HONGNI_SUMP,
  SONGLING_MINE,
  BAIYA_QUARRY,
  WANGTAI_TOWER,
]
