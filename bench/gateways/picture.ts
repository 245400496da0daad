import { AGENCIES_OF_HUB } from './agencies.ts';
import { count, type Report, type Result, sameWorkload } from './report.ts';

const WIDTH = 760;
const LABEL = 210;
const BAR = 22;
const GAP = 8;
const HEAD = 52;

/** The throughputs as horizontal bars, SVG: a panel for each number of clients, with the most connections that were measured. */
export function drawPicture({ results }: Report): string {
  const connections = Math.max(...results.map((result) => result.connections));
  const agencies = Math.max(...results.map((result) => result.agencies));
  const panels = [...new Set(results.map(({ clients }) => clients))].map((clients) =>
    results.filter((result) => sameWorkload(result, { clients, agencies, connections })),
  );
  let top = 0;
  const drawn = panels.map((panel) => {
    const text = `<g transform="translate(0 ${top})">${drawPanel(panel)}</g>`;
    top += HEAD + panel.length * (BAR + GAP) + GAP;
    return text;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" font-family="system-ui, sans-serif" font-size="13" role="img">`,
    `<title>Requests a second, ${count(connections, 'connection')}${agencies === AGENCIES_OF_HUB ? '' : `, ${agencies} agencies`}</title>`,
    `<rect width="${WIDTH}" height="${top}" fill="#ffffff"/>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

function drawPanel(panel: readonly Result[]): string {
  const most = Math.max(...panel.map(({ requestsPerSecond }) => requestsPerSecond));
  const base = panel.find(({ server }) => server === 'handwritten')?.requestsPerSecond;
  const { clients = 0, connections = 0 } = panel[0] ?? {};
  const head = `${count(clients, 'client')} an operation, ${count(connections, 'connection')}: requests a second (hand-written = 1)`;
  const bars = panel.map(({ server, title, requestsPerSecond }, at) => {
    const y = HEAD + at * (BAR + GAP);
    const width = Math.max(1, ((WIDTH - LABEL - 130) * requestsPerSecond) / most);
    const share = base === undefined ? '' : ` (${(requestsPerSecond / base).toFixed(2)})`;
    const fill = server === 'hub' ? '#003580' : server === 'hub-unguarded' ? '#7f9ac0' : '#b0b0b0';
    return [
      `<text x="${LABEL - 10}" y="${y + 16}" text-anchor="end" fill="#1a1a1a">${title}</text>`,
      `<rect x="${LABEL}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${fill}"/>`,
      `<text x="${(LABEL + width + 8).toFixed(1)}" y="${y + 16}" fill="#1a1a1a">${requestsPerSecond.toFixed(requestsPerSecond < 20 ? 1 : 0)}${share}</text>`,
    ].join('');
  });
  return `<text x="16" y="32" font-weight="600" fill="#1a1a1a">${head}</text>${bars.join('')}`;
}
