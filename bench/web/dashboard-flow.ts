/** Tiles of a dashboard, and readings each of them starts with. */
export const TILES = 24
const POINTS = 600

/** Node-RED Dashboard 2 with 24 charts of 600 readings, each of which gets one more every second. No name may be an id: Node-RED takes every value that is one for a reference. */
export function dashboardFlow(): readonly object[] {
  const charts = Array.from({ length: TILES }, (_, index) => `chart-${index}`)
  return [
    { id: 'tab', type: 'tab', label: 'tiles' },
    { id: 'base', type: 'ui-base', name: '', path: '/dashboard', includeClientData: true, acceptsClientConfig: [] },
    { id: 'theme', type: 'ui-theme', name: '', colors: COLOURS, sizes: SIZES },
    {
      ...{ id: 'page', type: 'ui-page', name: 'tiles', ui: 'base', path: '/tiles', icon: 'home', layout: 'grid' },
      ...PAGE,
    },
    { ...{ id: 'group', type: 'ui-group', name: 'tiles', page: 'page', width: '12', height: '1', order: 1 }, ...GROUP },
    ...charts.map((id, index) => ({ id, name: '', label: `Tile ${index}`, order: index + 1, ...CHART })),
    { id: 'start', type: 'inject', z: 'tab', once: true, onceDelay: 1, repeat: '', props: [], wires: [['fill']] },
    { id: 'every', type: 'inject', z: 'tab', once: false, repeat: '1', props: [], wires: [['tick']] },
    functionNode(
      'fill',
      `Array.from({ length: ${POINTS} }, (_, i) => point(Date.now() - (${POINTS} - i) * 1000, tile))`,
      charts,
    ),
    functionNode('tick', 'point(Date.now(), tile)', charts),
  ]
}

function functionNode(id: string, payload: string, charts: readonly string[]): object {
  const point = 'const point = (x, tile) => ({ x, y: 1000 + 300 * Math.sin(x / 20000 + tile) })'
  const func = `${point}\nreturn Array.from({ length: ${TILES} }, (_, tile) => ({ payload: ${payload} }))`
  return { id, type: 'function', z: 'tab', name: '', func, outputs: TILES, wires: charts.map((chart) => [chart]) }
}

const COLOURS = {
  surface: '#22272c',
  primary: '#5b8fb9',
  bgPage: '#22262a',
  groupBg: '#22262a',
  groupOutline: '#444444',
}
const SIZES = { pagePadding: '4px', groupGap: '4px', groupBorderRadius: '0', widgetGap: '4px', density: 'compact' }
const PAGE = { theme: 'theme', order: 1, className: '', visible: 'true', disabled: 'false', breakpoints: [] }
const GROUP = { showTitle: false, className: '', visible: 'true', disabled: 'false', groupType: 'default' }
const CHART = {
  ...{ type: 'ui-chart', z: 'tab', group: 'group', chartType: 'line', action: 'append', width: '2', height: '3' },
  ...{
    category: 'value',
    categoryType: 'str',
    xAxisLabel: '',
    xAxisType: 'time',
    xAxisFormat: '',
    xAxisFormatType: 'auto',
  },
  ...{
    xAxisProperty: 'x',
    xAxisPropertyType: 'property',
    yAxisProperty: 'y',
    yAxisPropertyType: 'property',
    yAxisLabel: '',
  },
  ...{ xmin: '', xmax: '', ymin: '', ymax: '', bins: 10, stackSeries: false, pointShape: 'false', pointRadius: 4 },
  ...{
    showLegend: false,
    removeOlder: 1,
    removeOlderUnit: '3600',
    removeOlderPoints: String(POINTS),
    interpolation: 'linear',
  },
  ...{
    colors: ['#0095ff'],
    textColor: ['#dddddd'],
    textColorDefault: true,
    gridColor: ['#444444'],
    gridColorDefault: true,
  },
  ...{ className: '', wires: [[]] },
}
