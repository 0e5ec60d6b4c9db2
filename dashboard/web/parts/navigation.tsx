import { useEffect, useRef, useState } from 'preact/hooks'
import { usePage, useTexts } from '../page.ts'
import { placesFor, type Place } from '../stores/places.ts'
import { addressOf } from '../stores/route.ts'

/** The places one goes to: the ones of every hour in the bar, all of them in the menu beside it. */
export function Navigation() {
  const texts = useTexts()
  const { session } = usePage()
  const signedIn = session.signedIn.value
  if (signedIn.is !== 'in') return null
  const places = placesFor(signedIn.session.role)
  return (
    <nav class="nav" aria-label={texts.nav.label}>
      {places
        .filter(({ isMain }) => isMain)
        .map((place) => (
          <PlaceLink key={place.name} place={place} name="nav-link" />
        ))}
      <Menu places={places} flows={signedIn.session.flows} />
    </nav>
  )
}

interface PlaceLinkProps {
  readonly place: Place
  readonly name: string
  readonly withKey?: boolean
}

function PlaceLink({ place: { name: word, route, pages, letter }, name, withKey = false }: PlaceLinkProps) {
  const texts = useTexts()
  const here = usePage().router.route.value.page
  return (
    <a
      class={`${name} is-to-${word}`}
      href={`#${addressOf(route)}`}
      aria-current={pages.includes(here) ? 'page' : undefined}
      aria-keyshortcuts={`g ${letter}`}
    >
      {texts.nav[word]}
      {withKey && <kbd aria-hidden="true">g {letter}</kbd>}
    </a>
  )
}

interface MenuProps {
  readonly places: readonly Place[]
  readonly flows: boolean
}

/** Closes when one has gone somewhere, has pressed Escape, or is busy elsewhere. */
function Menu({ places, flows }: MenuProps) {
  const texts = useTexts()
  const { router } = usePage()
  const [open, setOpen] = useState(false)
  const menu = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const route = router.route.value
  const isHere = places.some(({ isMain, pages }) => !isMain && pages.includes(route.page))
  useEffect(() => setOpen(false), [route])
  useEffect(() => {
    if (!open) return
    const elsewhere = ({ target }: Event) => {
      if (target instanceof Node && menu.current?.contains(target) === false) setOpen(false)
    }
    document.addEventListener('pointerdown', elsewhere)
    document.addEventListener('focusin', elsewhere)
    return () => {
      document.removeEventListener('pointerdown', elsewhere)
      document.removeEventListener('focusin', elsewhere)
    }
  }, [open])
  const press = (event: KeyboardEvent) => {
    if (open && event.key === 'Escape') {
      setOpen(false)
      button.current?.focus()
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (open) step(menu.current, event.key === 'ArrowDown' ? 1 : -1)
      else setOpen(true)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div ref={menu} class="nav-more" role="presentation" onKeyDown={press}>
      <button
        ref={button}
        class={`nav-link${isHere ? ' is-here' : ''}`}
        type="button"
        data-act="more-places"
        aria-expanded={open}
        aria-controls="all-places"
        onClick={() => setOpen(!open)}
      >
        {texts.nav.more}
        <span aria-hidden="true">{open ? '▴' : '▾'}</span>
      </button>
      {open && (
        <ul class="nav-menu" id="all-places" aria-label={texts.shell.menu}>
          {places.map((place) => (
            <li key={place.name} class={place.isMain ? 'is-in-bar' : undefined}>
              <PlaceLink place={place} name="nav-item" withKey />
            </li>
          ))}
          {flows && (
            <li>
              <a class="nav-item" href="/flows/" target="_blank" rel="noopener">
                {texts.nav.flows}
              </a>
            </li>
          )}
        </ul>
      )}
    </div>
  )
}

function step(menu: HTMLElement | null, by: 1 | -1): void {
  const items = [...(menu?.querySelectorAll<HTMLElement>('.nav-item') ?? [])].filter(
    (item) => item.offsetParent !== null,
  )
  const at = items.findIndex((item) => item === document.activeElement)
  items[(at + by + items.length) % items.length]?.focus()
}
