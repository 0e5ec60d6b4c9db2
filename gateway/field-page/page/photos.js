import { acting, ask } from './ask.js'
import { el, fill, state, words } from './state.js'

const MOST_PHOTOS = 5
const LONGEST_SIDE = 1_600
const MOST_PHOTO_BYTES = 3_000_000

/** A photo as small as it may be sent: turned as the camera held it, with nothing of where it was taken. */
async function shrunk(file) {
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height))
  const canvas = el('canvas', {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  })
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
  for (const quality of [0.8, 0.6, 0.4]) {
    const blob = await new Promise((settle) => canvas.toBlob(settle, 'image/jpeg', quality))
    if (blob !== null && blob.size <= MOST_PHOTO_BYTES) return blob
  }
  throw { code: 'http/invalid', message: 'the photo cannot be made small enough', field: 'photo' }
}

export function photoBox() {
  const { sheet } = words()
  const input = el('input', { type: 'file', accept: 'image/*', id: 'photo', multiple: true })
  const add = el('label', { className: 'file', htmlFor: 'photo', textContent: sheet.add })
  const said = el('div', { className: 'said' })
  const list = el('ul', {})
  const draw = () => {
    const told = `${JSON.stringify(state.sheet.photos)} ${state.language}`
    if (list.dataset.told === told) return
    list.dataset.told = told
    list.replaceChildren(...state.sheet.photos.map((photo, index) => photoRow(photo, index, said)))
  }
  const send = async () => {
    for (const file of input.files) {
      const blob = await shrunk(file).catch((error) => {
        throw error?.code === undefined || typeof error.code === 'number'
          ? { code: 'http/invalid', message: String(error), field: 'photo' }
          : error
      })
      const { sha256 } = await ask('/api/photo', { raw: blob })
      state.previews.set(sha256, URL.createObjectURL(blob))
    }
    state.sheet = await ask('/api/sheet')
    draw()
  }
  input.addEventListener('change', () => void acting(input, said, send).then(() => (input.value = '')))
  return {
    box: el(
      'section',
      {},
      el('h3', { textContent: fill(sheet.photos, { most: MOST_PHOTOS }) }),
      list,
      input,
      add,
      said,
    ),
    draw,
  }
}

function photoRow({ sha256, bytes }, index, said) {
  const { sheet } = words()
  const name = fill(sheet.photo, { n: index + 1, kilobytes: Math.round(bytes / 1_024) })
  const preview = state.previews.get(sha256)
  const remove = el('button', { type: 'button', textContent: sheet.remove, 'aria-label': `${sheet.remove} ${name}` })
  remove.addEventListener(
    'click',
    () => void acting(remove, said, async () => (state.sheet = await ask('/api/photo/remove', { body: { sha256 } }))),
  )
  return el(
    'li',
    { className: 'row' },
    preview === undefined ? null : el('img', { src: preview, alt: name, width: 96 }),
    el('span', { textContent: name }),
    remove,
  )
}
