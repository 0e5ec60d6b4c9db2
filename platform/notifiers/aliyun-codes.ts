import type { RefusedWhy } from './notifier.ts'

/** What an answer that is not OK comes to. */
export type AliyunMeaning =
  | { readonly is: 'temporary' }
  /** `perAddress`: this number has had too many of this template. */
  | { readonly is: 'throttled'; readonly penaltyMs: number; readonly perAddress: boolean }
  | { readonly is: 'refused'; readonly why: RefusedWhy }

const REFUSED: Readonly<Record<string, RefusedWhy>> = {
  'isv.MOBILE_NUMBER_ILLEGAL': 'address',
  'isv.MOBILE_COUNT_OVER_LIMIT': 'address',
  'isv.DOMESTIC_NUMBER_NOT_SUPPORTED': 'address',
  'isv.AMOUNT_NOT_ENOUGH': 'no-credit',
  'isv.MONTH_LIMIT_CONTROL': 'no-credit',
  'isv.OUT_OF_SERVICE': 'no-credit',
  'isv.TEMPLATE_MISSING_PARAMETERS': 'text',
  'isv.TEMPLATE_PARAMS_ILLEGAL': 'text',
  'isv.INVALID_PARAMETERS': 'text',
  'isv.INVALID_JSON_PARAM': 'text',
  'isv.PARAM_LENGTH_LIMIT': 'text',
  'isv.PARAM_NOT_SUPPORT_URL': 'text',
  'isv.BLACK_KEY_CONTROL_LIMIT': 'text',
  'isv.PRODUCT_UNSUBSCRIBE': 'account',
  'isv.PRODUCT_UN_SUBSCRIPT': 'account',
  'isv.ACCOUNT_NOT_EXISTS': 'account',
  'isv.ACCOUNT_ABNORMAL': 'account',
  'isv.SMS_SIGNATURE_ILLEGAL': 'account',
  'isv.SMS_SIGNATURE_SCENE_ILLEGAL': 'account',
  'isv.SMS_SIGN_ILLEGAL': 'account',
  'isv.SMS_TEMPLATE_ILLEGAL': 'account',
  'isp.RAM_PERMISSION_DENY': 'account',
  SignatureDoesNotMatch: 'account',
  IncompleteSignature: 'account',
  Forbidden: 'account',
}

/** What a `Code` other than OK means. Codes in none of the lists are worth another try. */
export function aliyunMeaning(code: string): AliyunMeaning {
  if (code === 'isv.BUSINESS_LIMIT_CONTROL') return { is: 'throttled', penaltyMs: 60_000, perAddress: true }
  if (code === 'isv.DAY_LIMIT_CONTROL') return { is: 'throttled', penaltyMs: 3_600_000, perAddress: false }
  if (code.startsWith('Throttling')) return { is: 'throttled', penaltyMs: 60_000, perAddress: false }
  const why = REFUSED[code] ?? (code.startsWith('InvalidAccessKeyId') ? 'account' : undefined)
  return why === undefined ? { is: 'temporary' } : { is: 'refused', why }
}
