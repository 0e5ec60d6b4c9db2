import type { mapZh } from './map-zh-cn.ts'

/** Texts of the county's map. */
export const mapEn: typeof mapZh = {
  schematic: 'schematic · not surveyed',
  geographic: (datum) => `by coordinates · ${datum}`,
  datum: { cgcs2000: 'CGCS2000', wgs84: 'WGS84', gcj02: 'GCJ-02 (shifted)' },
  review: (numbers) => `Review no. ${numbers}`,
  links: 'Sites on the map (arrow keys move, Enter opens)',
  tools: 'Map tools',
  closer: 'Closer',
  further: 'Further away',
  whole: 'Whole county',
  layers: 'Layers',
  noPosition: (n) =>
    `${n} ${n === 1 ? 'site has' : 'sites have'} no coordinates and ${n === 1 ? 'is' : 'are'} not on the map:`,
  groundFailed: (title, why) => `Layer “${title}” cannot be shown: ${why}`,
  dialog: {
    title: 'Map layers',
    about:
      'Layers are brought by you; no boundaries come with the software. Sites with coordinates are shown where they lie.',
    none: 'No layers yet; sites are shown as on a schema.',
    close: 'Close',
    role: { outline: 'Outline', labels: 'Place names', imagery: 'Imagery' },
    boundary: 'shows administrative boundaries',
    size: (bytes, vertices) => `${bytes} · ${vertices} vertices`,
    imageSize: (bytes) => bytes,
    up: 'Up',
    down: 'Down',
    remove: 'Remove',
    order: 'topmost first',
    add: 'Import',
    kinds: { geojson: 'GeoJSON outline or names', image: 'Picture of the ground' },
    kind: 'Kind',
    file: 'File',
    fileHint: {
      geojson: 'A FeatureCollection in degrees, at most 20 MB; only shapes and the property name are kept.',
      image: 'JPEG or PNG, at most 30 MB; laid between the edges you give, north up.',
    },
    fileLacks: 'Choose a file.',
    fileLong: (most) => `The file is longer than ${most} and was not sent.`,
    name: 'Title',
    datum: 'Datum',
    shifted:
      'GCJ-02 is shifted by 300–700 m against the coordinates of the sites and cannot be shifted back exactly. Use the CGCS2000 or WGS84 data of the surveyor.',
    review: 'Review number',
    reviewHint: 'Required where administrative boundaries are shown.',
    edges: {
      west: 'West edge (longitude)',
      east: 'East edge (longitude)',
      south: 'South edge (latitude)',
      north: 'North edge (latitude)',
    },
    submit: 'Import layer',
    busy: 'Importing…',
  },
}
